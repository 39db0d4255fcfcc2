"""Turn a template and its view models into a page, or into the one fragment the script asks for.

A template is named ``stage/file.html`` and lies in ``service/<stage>/templates/``. Every template
has the components under ``ui`` and translates with ``_()`` or ``{% trans %}``; no imports needed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from service.foundation.settings import settings
from service.web import filters, form_tokens, navigation
from service.web.here import visit
from service.web.language import gettext, ngettext, pgettext
from service.web.leading import leads
from service.web.view_models import Fault

SERVICE = Path(__file__).resolve().parent.parent
STATIC = SERVICE / "web" / "static"
_STOP = 286
"""Not a registered status: any 2xx shows the fragment, and our script stops asking at this one."""
_COMPONENTS = (
    "page",
    "figures",
    "stepper",
    "timeline",
    "table",
    "tag",
    "money",
    "masked",
    "notice",
    "problem_list",
    "form",
    "field",
    "buttons",
    "progress",
    "chart",
)


def page(
    template: str,
    *,
    status: int = 200,
    fragment: str = "",
    finished: bool = False,
    **context: object,
) -> HTMLResponse:
    """Return a page; with ``fragment``, the block of that name is what the script re-fetches.

    ``finished`` says that nothing will change any more: the script then stops asking.
    """
    if fragment and visit().fragment == fragment:
        return HTMLResponse(_block(template, fragment, context), _STOP if finished else status)
    whole, lost = html(template, **context), False
    if context.get("faults"):
        context["faults"], lost = _leading(context["faults"], whole)
    return HTMLResponse(html(template, **context) if lost else whole, status)


def _leading(faults: object, whole: str) -> tuple[object, bool]:
    """Let no fault lead to a field that the page has not, and say whether any did.

    Whoever was refused may be shown no form any more: the list went on meanwhile, or it was never his.
    """
    told = list(faults) if isinstance(faults, Sequence) else []
    kept = [
        replace(one, field="")
        if isinstance(one, Fault) and one.field and f' id="{one.field}"' not in whole
        else one
        for one in told
    ]
    return (kept, True) if kept != told else (faults, False)


def html(template: str, **context: object) -> str:
    """Return a template's text in the language of the request."""
    return environment().get_template(template).render(context)


def drawn(template: str, **context: object) -> Markup:
    """Return the same as something that is put into a page as it is."""
    return Markup(html(template, **context))  # noqa: S704 - drawn by a template, which escapes


def _block(template: str, name: str, context: dict[str, object]) -> str:
    found = environment().get_template(template)
    return "".join(found.blocks[name](found.new_context(context)))


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the one Jinja environment: escaping always, undefined names are errors."""
    folders = {path.parent.name: FileSystemLoader(path) for path in SERVICE.glob("*/templates")}
    made = Environment(
        loader=PrefixLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # What is served was read at the start: looking at each file again costs every page.
        auto_reload=False,
        cache_size=-1,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(gettext, ngettext, newstyle=True, pgettext=pgettext)  # type: ignore[attr-defined]
    made.filters.update(filters.FILTERS)
    made.globals |= {
        "visit": visit,
        "navigation": navigation.bar,
        "own_navigation": navigation.own_entries,
        "form_token": form_tokens.token_for,
        "static": static,
        "leads": leads,
        "is_demo": _is_demo,
    }
    made.tests["leading"] = leads
    _add_components(made)
    return made


def static(name: str) -> str:
    """Return the address of a static file, changing whenever the file does."""
    return f"/static/{name}?v={_digest(name)}"


def _is_demo() -> bool:
    return settings().profile == "demo"


@lru_cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _add_components(made: Environment) -> None:
    # The namespace is there before the first component is read, so that components can use others.
    made.globals["ui"] = found = SimpleNamespace()
    for name in _COMPONENTS:
        module = made.get_template(f"web/components/{name}.html").module
        for macro, value in vars(module).items():
            if not macro.startswith("_"):
                setattr(found, macro, value)
