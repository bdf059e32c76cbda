"""How a pool's turns are shared, for every rep to see: what `/followup fairness` answers."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.db.models import TURN, TurnReason
from bot.messages.blocks import Block, bold, context, divider, header, lines, moment, rich
from bot.messages.blocks import Part as Words
from bot.messages.mrkdwn import one_line
from bot.outbox.rendering import SlackMessage
from bot.routing.fairness import Fairness, Part

PEOPLE_SHOWN = 40
REASONS = {
    TurnReason.JOINED: "joined at the average of the others",
    TurnReason.LEFT: "is away: no turns until they are back",
    TurnReason.CAME_BACK: "came back, at the average of the others",
    TurnReason.REWEIGHTED: "has another weight",
    TurnReason.OFFERED: "was asked for a lead",
    TurnReason.RETURNED: "got the turn back: somebody else took the lead first",
    TurnReason.CLAIMED_FROM_OTHER: "claimed a lead that was not offered to them",
    TurnReason.REASSIGNED: "was given a lead",
}
HOW = (
    "A lead costs its rep one turn, half a turn at weight 2. Whoever has had the fewest is next; on a tie, whoever "
    "was asked longest ago. Passing and missing cost the turn. “/followup why L-1042” explains a single lead."
)


def fairness_message(state: Fairness, days: int, others: Sequence[str], zone: ZoneInfo) -> SlackMessage:
    """Everybody's part, then the ledger's latest rows. `others`: pools that can be asked for as well."""
    heading = f"How “{one_line(state.pool, 60)}” shares its turns"
    rows = [_row(part) for part in state.parts[:PEOPLE_SHOWN]]
    if len(state.parts) > len(rows):
        rows.append([f"… and {len(state.parts) - len(rows)} more"])
    blocks: list[Block] = [
        header(heading),
        rich(lines(*rows)),
        context(f"Counts: the last {days} days. {HOW}"),
    ]
    if state.latest:
        latest = [_moved(turn.at, turn.amount, turn.reason, rep.name, zone) for turn, rep in state.latest]
        blocks += [divider(), rich(lines([bold("Latest in the ledger")], *latest))]
    if others:
        blocks.append(context(f"Other pools: {', '.join(others)}. Try “/followup fairness {others[0]}”."))
    return SlackMessage(heading, blocks)


def turns(count: float) -> str:
    """ "1 turn", "2.5 turns"; no more digits than say something."""
    shown = f"{count:.2f}".rstrip("0").rstrip(".")
    return "1 turn" if shown == "1" else f"{'0' if shown == '-0' else shown} turns"


def _row(part: Part) -> list[Words]:
    counts = f"{part.offered} offered, {part.claimed} claimed, {part.passed} passed, {part.missed} missed"
    if part.claimed_from_others:
        counts += f", {part.claimed_from_others} claimed from others"
    weight = f"  ·  weight {part.weight}" if part.weight != 1 else ""
    return [bold(one_line(part.rep.name, 60)), f"  {_standing(part)}{weight}  ·  {counts}"]


def _standing(part: Part) -> str:
    if not part.joined:
        return "has not been asked yet; starts at the average of the others"
    if not part.present:
        return "is away; starts at the average of the others when back"
    if abs(part.owed) < 0.005:
        return "is even"
    return f"is owed {turns(part.owed)}" if part.owed > 0 else f"is {turns(-part.owed)} ahead"


def _moved(at: datetime, amount: int, reason: TurnReason, name: str, zone: ZoneInfo) -> list[Words]:
    what = "gave a lead away" if reason is TurnReason.REASSIGNED and amount < 0 else REASONS[reason]
    change = f": {'+' if amount > 0 else '−'}{turns(abs(amount) / TURN)}" if amount else ""
    return [moment(at, zone), f"  {one_line(name, 60)} {what}{change}"]
