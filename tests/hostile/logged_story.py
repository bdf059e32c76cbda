"""One whole story with everything logged: `python -m tests.hostile.logged_story <database url>`.

Its log goes to stderr, as the bot's does; what must not be in it is printed as JSON.
"""

import json
import sys

from sqlalchemy import select, text

from bot.app import Followup
from bot.db import Loop
from bot.db.models import SourceSecret
from bot.logs import configure_logging
from bot.worker.loop import WorkLoop
from tests.company import Company, company, new_york

LEAD = {
    "name": "Dana Quillfeather",
    "email": "dana.quillfeather@brightfields.example",
    "phone": "+12125550142",
}


def main(database_url: str) -> None:
    configure_logging("DEBUG")
    with company(database_url, new_york(2026, 3, 2, 10)) as office:
        tell(office)
        trouble(office)
        print(json.dumps(forbidden(office.bot)))  # noqa: T201


def tell(office: Company) -> None:
    """From the form to the meeting, with what goes wrong on the way."""
    ref = office.submit_form(**LEAD, message="Call me: +1 212 555 0142", action="demo")
    office.wait(minutes=6)
    office.click("ana", office.card(ref), "claim")
    office.command("ana", f"lead {LEAD['email']}")
    office.command("ana", f"log {LEAD['name']} nonsense {LEAD['phone']}")
    office.click("ana", office.touch("ana"), "outcome:voicemail")
    office.command("ana", f"log {ref} replied she is at {LEAD['phone']}")
    office.command("mia", "stats 7d")
    office.workspace.open_home(office.users["mia"])
    office.wait(days=2)
    web = office.bot.web.test_client()
    for path in (
        "/leads/website?key=whsec_guessed",
        f"/leads/website?key={key_of(office)}",
        "/readyz",
        "/metrics",
    ):
        web.get(path)
        web.post(path, data=b'{"email": "dana.quillfeather@brightfields.example"')
    web.post(
        "/slack/events",
        data=b"payload={dana.quillfeather@brightfields.example",
        headers={"Content-Type": "x"},
    )


def trouble(office: Company) -> None:
    """The same once the tables of leads are gone: every edge fails in its own way, and says so."""
    key = key_of(office)
    web = office.bot.web.test_client()
    web.post("/leads/website", json=LEAD, headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "a"})
    with office.bot.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE activities RENAME TO gone"))
    loop = WorkLoop(Loop.INBOX, office.bot.worker.decide)
    loop.ask()
    loop.run()
    office.workspace.command(
        office.users["ana"], "/followup", f"lead {LEAD['email']}", channel=office.channel
    )
    with office.bot.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE inbox RENAME TO gone_too"))
    web.post("/leads/website", json=LEAD, headers={"Authorization": f"Bearer {key}"})
    with office.bot.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone_too RENAME TO inbox"))


def key_of(office: Company) -> str:
    with office.bot.database.read() as session:
        return session.scalars(select(SourceSecret.secret)).one()


def forbidden(bot: Followup) -> list[str]:
    """What nobody may ever read in a log."""
    return [*secrets_of(bot), *LEAD.values(), "2125550142", "555 0142"]


def secrets_of(bot: Followup) -> list[str]:
    """Every secret that the bot knows."""
    settings = bot.settings
    own = [settings.slack_bot_token, settings.slack_signing_secret, settings.followup_secret]
    with bot.database.read() as session:
        keys = session.scalars(select(SourceSecret.secret)).all()
    bare = [key.removeprefix("whsec_") for key in keys]
    return [*keys, *bare, *(each.get_secret_value() for each in own if each)]


if __name__ == "__main__":
    main(sys.argv[1])
