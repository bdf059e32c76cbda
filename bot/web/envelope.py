"""Slack's own part of a call: what Bolt and our listeners take for granted in it.

What people, forms and buttons bring along is none of its business: whoever reads that judges it.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

_Id = Annotated[str, Field(pattern=r"^[A-Z0-9]{0,40}$")]
_Url = Annotated[str, Field(pattern=r"^https?://")]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True)


class _Person(_Part):
    id: _Id


class _Team(_Part):
    id: _Id | None = None


class _Answerable(_Part):
    trigger_id: str | None = None
    response_url: _Url | None = None


class _Command(_Answerable):
    command: str
    text: str = ""
    user_id: _Id


class _State(_Part):
    values: dict[str, Any]


class _Block(_Part):
    type: str
    block_id: str = ""


class _View(_Part):
    id: str
    type: str
    hash: str = ""
    callback_id: str = ""
    private_metadata: str = ""
    state: _State | None = None
    blocks: list[_Block] = []


class _SentView(_View):
    callback_id: str
    state: _State


class _Interaction(_Answerable):
    user: _Person
    team: _Team | None = None


class _Action(_Part):
    type: str
    action_id: str
    block_id: str = ""
    value: str | None = None


class _Click(_Interaction):
    type: Literal["block_actions"]
    actions: Annotated[list[_Action], Field(min_length=1)]
    container: dict[str, Any] = {}
    view: _View | None = None


class _Sent(_Interaction):
    type: Literal["view_submission"]
    view: _SentView


class _Closed(_Interaction):
    type: Literal["view_closed"]
    view: _View


class _Event(_Part):
    type: str
    user: _Id | dict[str, Any] | None = None


class _EventCall(_Part):
    type: Literal["event_callback"]
    event: _Event


_COMMAND = TypeAdapter(_Command)
_BY_TYPE = TypeAdapter(Annotated[_Click | _Sent | _Closed | _EventCall, Field(discriminator="type")])
_KINDS = frozenset({"block_actions", "view_submission", "view_closed", "event_callback"})


def looks_like_slacks(body: dict[str, Any]) -> bool:
    """Whether everything that Slack always sends is there, and of its kind. Kinds we do not know are not judged."""
    try:
        if "command" in body:
            _COMMAND.validate_python(body)
        elif body.get("type") in _KINDS:
            _BY_TYPE.validate_python(body)
    except (ValidationError, TypeError):
        return False
    return True
