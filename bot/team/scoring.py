"""What a lead's traits are worth, and how many points make it hot or warm (R34, R35)."""

from typing import Annotated, NamedTuple

from pydantic import Field, ValidationInfo, field_validator

from bot.team.conditions import Condition, TierName, Traits
from bot.team.fields import Entry, Text

Points = Annotated[int, Field(strict=True, ge=-1000, le=1000)]
Threshold = Annotated[int, Field(strict=True, ge=-1000, le=10_000)]


class PointsRule(Entry):
    """Points for what is true of a lead, and the words in which a rep reads why."""

    points: Points
    words: Text
    when: Condition


class Score(NamedTuple):
    """A lead's points, the tier they make, and every reason as (points, words), the strongest first."""

    points: int
    tier: TierName
    reasons: tuple[tuple[int, str], ...]


OTHER = "other"
"""The action of a lead that did nothing the bot has a word for."""


def _points(points: int, words: str, **when: object) -> PointsRule:
    return PointsRule(points=points, words=words, when=Condition.model_validate(when))


SHIPPED = (
    _points(70, "asked for a demo", action="demo"),
    _points(70, "asked about prices", action="pricing"),
    _points(70, "wants a trial", action="trial"),
    _points(70, "wants a call", action="call"),
    _points(70, "wants to buy", action="sales"),
    _points(35, "asked a question", action="contact"),
    _points(35, "came to an event", action="webinar"),
    _points(35, "asked for something", action=OTHER),
    _points(10, "downloaded something", action="download"),
    _points(35, "replied", action="reply"),
    _points(5, "reads the newsletter", action="newsletter"),
    _points(5, "visited the site", action="visit"),
    _points(25, "came back", times="2+"),
    _points(25, "looked at prices", page=["*pricing*", "*/prices*"]),
    _points(10, "is a customer", customer=True),
    _points(5, "large company", size="200+"),
    _points(3, "left a phone number", has="phone"),
    _points(3, "named the company", has="company"),
    _points(3, "wrote a message", has="message"),
    _points(-10, "free e-mail address", free_mail=True),
)
"""The points of a document that gives none of its own."""


class Scoring(Entry):
    """Points and thresholds. Rules given in a document take the place of the shipped ones."""

    hot: Threshold = 60
    warm: Threshold = Field(default=25, validate_default=True)
    rules: tuple[PointsRule, ...] = SHIPPED

    @field_validator("warm")
    @classmethod
    def _below_hot(cls, warm: int, info: ValidationInfo) -> int:
        if "hot" in info.data and warm >= info.data["hot"]:
            raise ValueError(f"{warm} must be less than hot, which is {info.data['hot']}.")
        return warm

    def score(self, lead: Traits) -> Score:
        """What this lead is worth now. Pure."""
        reasons = [(rule.points, rule.words) for rule in self.rules if rule.when.holds(lead)]
        points = sum(points for points, _ in reasons)
        tier: TierName = "hot" if points >= self.hot else "warm" if points >= self.warm else "cool"
        return Score(points, tier, tuple(sorted(reasons, key=lambda reason: -abs(reason[0]))))
