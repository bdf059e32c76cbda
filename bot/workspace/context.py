"""What every part of the workspace works with."""

from dataclasses import dataclass

from bot.workspace.delivery import Courier
from bot.workspace.delivery.payloads import Identity
from bot.workspace.delivery.socketmode import SocketMode
from bot.workspace.faults import Faults
from bot.workspace.pace import Pace
from bot.workspace.store import Store
from bot.workspace.tickets import Tickets


@dataclass
class Context:
    store: Store
    tickets: Tickets
    who: Identity
    sockets: SocketMode
    courier: Courier
    bot_token: str
    app_token: str
    scopes: frozenset[str] | None
    """What the app was granted; None grants everything."""
    faults: Faults
    pace: Pace | None
    base_url: str = ""

    def grants(self, scope: str) -> bool:
        """Whether the app may do what this scope stands for."""
        return self.scopes is None or scope in self.scopes

    def response_url(self, user: str, channel: str, ts: str | None = None) -> str:
        """A new address where the app may answer that person's command or click."""
        return f"{self.base_url}/response/{self.tickets.new_response(user, channel, ts)}"
