"""Two leads to read a script with: one we know much of, one we know hardly anything of."""

from collections.abc import Mapping

ACTION = "asked for a demo"
MATTER = "leads lost over the weekend"
ANSWER = "[your answer]"
LINK = "https://cal.example.com/larkspur/intro"

BARE: Mapping[str, str] = {
    "greeting": "Hello",
    "action": ACTION,
    "matter": MATTER,
    "rep": "Ana",
    "team": "Larkspur",
    "booking_link": LINK,
    "day": "Thursday",
}
FULL: Mapping[str, str] = {
    **BARE,
    "greeting": "Hi Dana",
    "first_name": "Dana",
    "name": "Dana Lee",
    "company": "Brightfields",
    "resource": "The weekend guide",
    "request": "We lose web leads over the weekend",
    "message": "We lose web leads over the weekend",
    "problem": MATTER,
    "goal": "an answer within five minutes",
}
