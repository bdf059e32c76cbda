import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.reading.bodies import Tree, UnreadableError, clean, read_body

FORM = "application/x-www-form-urlencoded"

values = st.recursive(
    st.text() | st.none() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_json_is_known_by_its_type_or_by_its_first_character() -> None:
    for kind in (
        "application/json",
        "application/vnd.api+json; charset=utf-8",
        "text/plain;charset=UTF-8",
        "",
        FORM,
    ):
        assert read_body(kind, b' \xef\xbb\xbf{"a": "b"}') == {"a": "b"}


def test_a_number_keeps_every_digit_it_came_with() -> None:
    body = b'{"id": 90071992547409931234567890, "amount": 10.50, "huge": 1e400, "none": NaN}'
    expected = {"id": "90071992547409931234567890", "amount": "10.50", "huge": "1e400", "none": "NaN"}
    assert read_body("application/json", body) == expected


def test_a_form_is_nested_as_its_names_say() -> None:
    body = (
        b"contact[email]=a%40b.example&contact[name]=Dana+Lee&tags[]=x&tags[]=y&tags[]=z&f[1][v]=p&f[2][v]=q"
    )
    assert read_body(FORM, body) == {
        "contact": {"email": "a@b.example", "name": "Dana Lee"},
        "tags": ["x", "y", "z"],
        "f": [{"v": "p"}, {"v": "q"}],
    }


def test_a_name_used_for_a_value_and_for_a_group_loses_neither() -> None:
    assert read_body(FORM, b"a=1&a[b]=2") == {"a": "1", "a[b]": "2"}
    assert read_body(FORM, b"a[b]=2&a=1") == {"a": [{"b": "2"}, "1"]}


def test_json_inside_a_forms_field_is_read_as_well() -> None:
    assert read_body(FORM, b"formID=1&rawRequest=%7B%22q3_email%22%3A%22a%40b.example%22%7D") == {
        "formID": "1",
        "rawRequest": {"q3_email": "a@b.example"},
    }


@pytest.mark.parametrize("body", [b"name=Ren%E9", b"name=Ren\xe9", b"name=Ren%C3%A9", "name=René".encode()])
def test_text_in_an_old_encoding_is_still_text(body: bytes) -> None:
    assert read_body(FORM + "; charset=iso-8859-1", body) == {"name": "René"}


def test_a_multipart_form_gives_its_fields_and_leaves_files_aside() -> None:
    body = (
        b'preamble\r\n--x\r\nContent-Disposition: form-data; name="e-mail"\r\n\r\na@b.example\r\n'
        b'--x\r\ncontent-disposition: form-data; name="cv"; filename="cv.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        b"%PDF\r\n\r\n--x--not a boundary\r\n"
        b"--x\r\nContent-Disposition: form-data; name=message\r\n\r\nline 1\r\nline 2\r\n--x--\r\n"
    )
    expected = {"e-mail": "a@b.example", "message": "line 1\nline 2"}
    assert read_body('multipart/form-data; boundary="x"', body) == expected


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        ("application/json", b"{'a': 1}", "The body is not valid JSON: Expecting property name"),
        ("application/json", b"hello", "The body is not valid JSON"),
        ("application/json", b"[" * 200_000, "The body is nested too deeply to be a lead."),
        ("text/html", b"<html>", "The body is neither JSON nor a form (its content type is text/html)."),
        ("multipart/form-data; boundary=x", b"nothing", "The body says it is multipart, but has no parts."),
        ("application/json", b" \r\n", "The body is empty."),
    ],
)
def test_what_cannot_be_read_says_why(kind: str, body: bytes, why: str) -> None:
    with pytest.raises(UnreadableError) as raised:
        read_body(kind, body)
    assert str(raised.value).startswith(why)


def test_text_is_freed_of_what_no_screen_or_database_can_hold() -> None:
    assert clean("  a\x00b\x1b[31m\ud800c\r\nd\te\x85\x7f ") == "ab[31mc\nd\te"
    assert clean("👩‍💻 שלום नमस्ते") == "👩‍💻 שלום नमस्ते"


def _texts(tree: Tree) -> list[str]:
    if isinstance(tree, str):
        return [tree]
    if isinstance(tree, list):
        return [text for element in tree for text in _texts(element)]
    return [text for name, value in tree.items() for text in (name, *_texts(value))]


@given(values)
def test_any_json_becomes_clean_text(value: object) -> None:
    for text in _texts(read_body("application/json", json.dumps(value).encode())):
        assert "\x00" not in text
        assert text.encode("utf-8").decode("utf-8") == text


@given(st.text(), st.binary())
def test_any_body_of_any_type_is_read_or_refused_with_a_sentence(kind: str, body: bytes) -> None:
    try:
        tree = read_body(kind, body)
    except UnreadableError as error:
        assert str(error).endswith((".", ")."))  # noqa: PT017
    else:
        assert all(text == clean(text) for text in _texts(tree))
