"""The approved scripts: those that ship, and a team's own in their place (R10)."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.team.document import Team
from bot.team.templates import Template
from bot.team.yamltext import read_own_yaml

_SHIPPED = Path(__file__).parent / "templates"


def load_templates(folder: Path) -> dict[str, Template]:
    """Every script in a folder, by id. What stands beside `scripts` in a file holds for each of them.

    Raises ValueError for a mistake or an id used twice.
    """
    templates: dict[str, Template] = {}
    for path in sorted(folder.glob("*.yml")):
        shared: dict[str, Any] = read_own_yaml(path.read_text("utf-8"))
        for script in shared.pop("scripts"):
            template = Template.model_validate(shared | script)
            if template.id in templates:
                raise ValueError(f"{path.name}: there are two templates called {template.id}")
            templates[template.id] = template
    return templates


@lru_cache(maxsize=1)
def shipped_templates() -> Mapping[str, Template]:
    """The scripts that ship."""
    return load_templates(_SHIPPED)


def templates_of(team: Team) -> dict[str, Template]:
    """Every script that may be served: the team's own before the shipped one of that id, approved ones only."""
    own = {key: template for key, template in team.templates.items() if template.is_approved}
    return {key: template for key, template in shipped_templates().items() if template.is_approved} | own


def served(template_id: str | None, team: Team) -> Template | None:
    """The approved script of this id, if there is one: the team's own, else the shipped one."""
    for templates in (team.templates, shipped_templates()):
        template = templates.get(template_id or "")
        if template and template.is_approved:
            return template
    return None
