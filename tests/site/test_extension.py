"""What the website's own Sphinx extensions do to pages and figures."""

from collections import defaultdict
from types import SimpleNamespace
from unittest import mock

import nbformat
import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from PIL import Image
from pygments.styles import get_style_by_name
from pygments.token import Name, Punctuation, Text, Whitespace
from sphinx.errors import ExtensionError

from book._ext.course import (
    addresses,
    chapters,
    folding,
    formulas,
    icons,
    ledger,
    looks,
    openings,
    polish,
    signatures,
    stylesheets,
)
from utils import claims
from utils.statistics import Estimate
from utils.style import PENALTIES, SIGNS, THEME


def test_chapters_are_numbered_after_their_files():
    assert chapters.number("notebooks/05_keras_regularizers") == 5
    assert chapters.number("notebooks/11_colorize") == 11
    assert chapters.number("book/glossary") is None


def test_chapters_are_called_by_their_files_without_numbers():
    assert chapters.name("notebooks/05_keras_regularizers") == "keras_regularizers"
    assert chapters.name("book/glossary") is None


def test_figures_of_a_chapter_carry_its_number():
    env = SimpleNamespace(
        toc_fignumbers={
            "notebooks/05_x": {"figure": {"fig-b": (7,), "fig-a": (8,)}},
            "book/index": {"figure": {"fig-c": (1,)}},
        }
    )
    chapters.number_figures(None, env)
    assert env.toc_fignumbers == {
        "notebooks/05_x": {"figure": {"fig-b": (5, 1), "fig-a": (5, 2)}},
        "book/index": {"figure": {"fig-c": (1,)}},
    }


OUTLIERS = "notebooks/04_outliers"


@pytest.fixture
def env(tmp_path):
    """A book of one chapter; ``execute`` puts what its cell said into the cache."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("speak()")])
    path, place = tmp_path / "chapter.ipynb", tmp_path / "cache"
    nbformat.write(notebook, path)

    def execute(said):
        notebook.cells[0].outputs = [nbformat.v4.new_output("stream", text=said)]
        bundle = CacheBundleIn(notebook, str(path))
        cache = get_cache(place)
        cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    return SimpleNamespace(
        docname=OUTLIERS,
        doc2path=lambda docname: path,
        execute=execute,
        found_docs={OUTLIERS, "book/glossary"},
        metadata=defaultdict(dict),
        mystnb_config=SimpleNamespace(execution_cache_path=str(place)),
    )


def outdated(env, changed=()):
    return chapters.executed_again(None, env, set(), set(changed), set())


def test_chapters_that_were_executed_again_are_read_again(env):
    app = SimpleNamespace(env=env)
    chapters.remember(app, None)
    assert outdated(env) == [], "not executed when it was read, nor since"
    env.execute("one")
    assert outdated(env) == [OUTLIERS]
    assert outdated(env, [OUTLIERS]) == [], "it will be read anyway"
    chapters.remember(app, None)
    assert outdated(env) == []
    env.execute("one")
    assert outdated(env) == [], "the same outputs give the same page"
    env.execute("two")
    assert outdated(env) == [OUTLIERS]


def test_only_chapters_have_outputs_to_remember(env):
    env.docname = "book/glossary"
    chapters.remember(SimpleNamespace(env=env), None)
    assert env.metadata == {}


def test_dark_twin_swaps_the_colors_that_a_figure_has():
    l1, ink = PENALTIES["l1"], THEME["ink"]
    svg = f'<?xml?><svg width="1pt"><path style="stroke: {l1.color}; fill: {ink[0]}"/>'
    svg += f'<pattern><rect fill="{l1.color}"/></pattern>'  # a hatch
    dark = looks.dark_twin(svg)
    assert dark.startswith('<?xml?><svg width="1pt"><style id="dark">')
    assert f'[style*="stroke: {l1.color}"]{{stroke:{l1.dark}!important}}' in dark
    assert f'[style*="fill: {ink[0]}"]{{fill:{ink[1]}!important}}' in dark
    assert f'[fill="{l1.color}"]{{fill:{l1.dark}!important}}' in dark
    assert f"fill: {l1.color}" not in dark
    assert "image:not(" in dark


def test_pages_get_every_color():
    css = looks.colors_css()
    light, dark = css.splitlines()
    assert f"--dc-elastic-net:{PENALTIES['elastic_net'].color};" in light
    assert f"--dc-elastic-net:{PENALTIES['elastic_net'].dark};" in dark
    assert css.count("--dc-") == 2 * len(PENALTIES | THEME | SIGNS)


def test_size_of_an_image(tmp_path):
    svg, png = tmp_path / "a.svg", tmp_path / "a.png"
    svg.write_text('<?xml?>\n<svg x="1"\n width="518.4pt" height="259.2pt">')
    assert looks.size(svg) == (691, 346)
    svg.write_text('<svg viewBox="0 0 3 4">')
    assert looks.size(svg) is None
    Image.new("RGB", (258, 5)).save(png)
    assert looks.size(png) == (258, 5)


def test_formulas_that_katex_cannot_read_are_found():
    html = '<span class="katex-error" title="ParseError: \\foo" style="color:#cc0000">'
    assert formulas.ERROR.findall(html) == ["ParseError: \\foo"]


def test_corrections_that_no_longer_match_are_named():
    mend = polish.mend
    mended, missed = mend('<div class="citation-list" role="list">')
    assert mended == '<div class="citation-list">'
    assert missed == []
    unknown = '<ul class="citation-list">'
    mended, [missed] = mend(unknown)
    assert mended == unknown
    assert "bibliography" in missed and "/pull/22" in missed


def test_a_page_of_another_theme_misses_all_corrections_of_this_one():
    _, missed = polish.mend("<html><head></head></html>")
    assert [fix.split(",")[0] for fix in missed] == [
        "the choice of the theme (no issue known)",
        "scripts that are fetched before the stylesheets (no issue known)",
        "options in a file of their own",
        "the index of the search on pages that do not search "
        "(https://github.com/pydata/pydata-sphinx-theme/issues/1977 brought it)",
        "the sidebar",
        "the search button",
    ]


def test_folded_code_is_named_by_its_text():
    theme = '<summary aria-label="Toggle hidden content">\n<p class="collapsed x">Show'
    theme += '</p>\n<p class="expanded x">Hide</p>\n</summary>'
    mended, missed = polish.mend(theme)
    assert missed == []
    assert mended == (
        '<summary><span class="collapsed x">Show</span>'
        '<span class="expanded x">Hide</span></summary>'
    )


def quote(text):
    return nodes.block_quote("", nodes.paragraph("", text))


def cell(source, said="", **metadata):
    """A code cell as MyST-NB makes it, with the output of ``answer``."""
    code = nodes.literal_block(source, source)
    strong = (nodes.strong("", "Answer:"), nodes.strong("", said))
    parts = [
        nodes.container("", code, nb_element="cell_code_source"),
        nodes.container(
            "", nodes.paragraph("", "", *strong), nb_element="cell_code_output"
        ),
    ]
    return nodes.container(
        "",
        *parts,
        nb_element="cell_code",
        cell_metadata=metadata,
        classes=["cell", *(f"tag_{tag}" for tag in metadata.get("tags", []))],
    )


def folded(*sections, docname="notebooks/01_why_penalize"):
    """The document after folding, and what was reported."""
    document = new_document("page")
    for content in sections:
        document += nodes.section("", nodes.title("", "Why?"), *content)
    theme = {"repository_url": "https://an.example/c", "repository_branch": "main"}
    app = SimpleNamespace(
        env=SimpleNamespace(docname=docname),
        config=SimpleNamespace(html_theme_options=theme),
    )
    with mock.patch.object(folding.log, "warning") as warning:
        folding.fold(app, document)
    return document, [call.args[0] % call.args[1:] for call in warning.call_args_list]


def test_folded_code_is_named_by_its_title():
    part = cell("# @title Draw the fits\nplot()\n", tags=["hide-input"])
    reported = folded([part])[1]
    assert reported == []
    assert part["prompt_show"] == "Code: Draw the fits"
    assert next(part.findall(nodes.literal_block)).astext() == "plot()\n"


def test_an_answer_is_folded_and_says_so_once():
    part = cell("# @title Answer\nanswer('2')", "Twice.", tags=["answer"])
    assert folded([quote("Predict. How often?"), part])[1] == []
    assert (part["hide_mode"], part["prompt_show"]) == ("output", "Answer")
    assert part.astext() == "Twice."


@pytest.mark.parametrize(
    ("sections", "says"),
    [
        ([[cell("plot()", tags=["hide-input"])]], "a folded cell has no title: plot()"),
        ([[quote("Predict. A?")]], "nothing answers this prediction: Predict. A?"),
        (
            [[quote("Predict. A?")], [cell("# @title Answer", "B.", tags=["answer"])]],
            "nothing answers this prediction: Predict. A?",
        ),
        (
            [[quote("Predict. A?"), quote("Predict. B?")]],
            "nothing answers this prediction: Predict. A?",
        ),
        (
            [[quote("No.")], [cell("# @title Answer", "B.", tags=["answer"])]],
            "this answers no prediction: B.",
        ),
    ],
)
def test_what_the_folds_lack_is_named(sections, says):
    assert folded(*sections)[1][0] == says


def test_only_chapters_are_folded():
    part = cell("plot()", tags=["hide-input"])
    assert folded([part], docname="book/glossary")[1] == []


def test_a_chapter_opens_with_its_cover_and_what_it_says_in_short(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "book").mkdir()
    chapter = tmp_path / "notebooks/01_a.html"
    chapter.write_text(
        '<article><h1>A</h1><p class="on-paper">x</p><p>Promise.</p><p>More.</p>'
        '<div class="cell tag_cover"><figure><img loading="lazy" alt="A rise"'
        ' src="../_images/a.svg"/></figure></div>'
        '<section id="in-short"><h2>S</h2><ul><li>One</li></ul></section></article>'
    )
    index = tmp_path / "book/index.html"
    index.write_text('<span data-cover="01_a"></span><span data-cover="02_b"></span>')
    app = SimpleNamespace(
        builder=SimpleNamespace(name="html"), outdir=tmp_path, env=None
    )
    openings.put_in(app, None)
    soup = BeautifulSoup(chapter.read_text(), "html.parser")
    opening = soup.select_one("p + .opening")
    assert opening.find_previous_sibling("p").text == "Promise."
    assert opening.img["alt"] == "A rise" and "loading" not in opening.img.attrs
    assert opening.details.li.text == "One"
    card = BeautifulSoup(index.read_text(), "html.parser")
    assert card.img["alt"] == "" and card.img["loading"] == "lazy"
    with mock.patch.object(openings.log, "warning") as warning:
        chapter.write_text("<article><h1>A</h1></article>")
        openings.put_in(app, None)
    assert warning.call_args.args[1] == "01_a"


def test_pages_load_no_script_in_vain_and_wait_for_none():
    mend = polish.mend
    options = '<script src="../_static/documentation_options.js?v=1"></script>'
    tools = '<script src="../_static/searchtools.js"></script>\n'
    mended, missed = mend(options + tools, r"const OPTIONS = '\d\1';")
    assert mended == r"<script>const OPTIONS = '\d\1';</script>"
    found = '<div id="search-results">' + tools
    assert mend(found) == (found.replace("<script ", "<script defer "), [])
    assert missed == []


@pytest.mark.parametrize("look", ["light", "dark"])
def test_code_without_its_plain_marks_keeps_its_colors(look):
    code = '<pre><span class="n">f</span><span class="p">(</span>'
    code += '<span class="mi">1</span><span class="p">)</span></pre>'
    assert polish.mend(code) == ('<pre>f(<span class="mi">1</span>)</pre>', [])
    style = get_style_by_name(f"a11y-high-contrast-{look}")  # the theme's default
    for kind in (Name, Name.Namespace, Punctuation, Whitespace):
        assert style.style_for_token(kind) == style.style_for_token(Text)


def test_only_icons_that_are_used_are_kept():
    css = (
        r'.fa-rocket:before{content:"\f135"}.fa-bomb:before,.fa-b:before{content:"\f1e2"}'
        r'.toggle:after{content:"\f078"}'
    )
    codes = icons.codes
    assert codes(css, {"rocket"}) == {0xF135, 0xF078}
    assert codes(css, {"b"}) == {0xF1E2, 0xF078}


def test_the_ledger_shows_code_as_code():
    assert ledger._with_code("a < `fit`") == "a &lt; <code>fit</code>"


def test_the_website_is_where_github_shows_the_repository():
    address = addresses.pages_address
    assert address("https://github.com/ada/book/") == "https://ada.github.io/book/"


NEAR, FAR = Estimate(0.8, 0.7, 0.9, 9), Estimate(-1.0, -1.2, -0.8, 9)
PAGE = "notebooks/05_keras_regularizers"
PAGES_BY_NAME = {"keras_regularizers": PAGE, "outliers": OUTLIERS}
LISTED = {
    "A2": {
        "claim": "It <works>.",
        "source": ["A"],
        "chapters": ["keras_regularizers"],
        "also": ["outliers"],
        "primary": "Share with `fit`.",
        "expect": "> 0.5",
        "verdict": "holds",
        "answer": "Yes, by `fit`.",
        "means": {"with noise": "< 0"},
    },
    "A3": {
        "claim": "It depends.",
        "source": ["A", "B"],
        "chapters": ["keras_regularizers"],
        "primary": "Two cases.",
        "expect": "> 0",
        "verdict": "depends",
        "answer": "On the case.",
        "cases": {"near": "holds", "far": "fails"},
    },
    "D1": {"claim": "Later.", "source": ["D"], "chapters": ["x"], "untested": True},
}
RECORDS = [
    claims.Record("A2", {"": NEAR}, {"with noise": FAR}),
    claims.Record("A3", {"near": NEAR}),
]


@pytest.fixture
def listed():
    with mock.patch.dict(claims.CLAIMS, LISTED, clear=True):
        yield


def test_the_ledger_collects_what_executed_chapters_said(listed):
    cells = [nbformat.v4.new_markdown_cell("text")]
    for record in RECORDS:
        data, metadata = record._repr_mimebundle_()
        output = nbformat.v4.new_output("display_data", data, metadata=metadata)
        cells.append(nbformat.v4.new_code_cell(outputs=[output]))
    stored = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    found = ledger.collect([(PAGE, nbformat.reads(stored, 4))])
    assert found == [(PAGE, record) for record in RECORDS]


def test_what_the_chapters_owe_the_ledger_is_named(listed):
    def owed(rows, done):
        return [*ledger.problems(rows, PAGES_BY_NAME, done)]

    rows = [(PAGE, record) for record in RECORDS]
    assert owed(rows, [PAGE]) == [], "what was not executed owes nothing"
    far, noise = "claim A3: no chapter tries 'far'", "A2: no chapter tries 'with noise'"
    both = [PAGE, OUTLIERS]
    assert owed(rows, both) == [f"claim A2 has no verdict in {OUTLIERS}", far]
    assert owed(rows[:1], [PAGE]) == [f"claim A3 has no verdict in {PAGE}"]
    touched = [(PAGE, claims.Record("A3", {}, {"there": FAR}))]
    assert f"claim A3 has no verdict in {PAGE}" in owed(touched, [PAGE])
    assert {f"claim {noise}", far} < {*owed(rows[1:], both)}


def test_the_ledger_answers_first(listed, tmp_path):
    program = tmp_path / "tests/second_opinion/a2.py"
    program.parent.mkdir(parents=True)
    program.touch()
    app = SimpleNamespace(
        builder=SimpleNamespace(
            get_relative_uri=lambda here, there: f"../{there}.html"
        ),
        confdir=tmp_path,
        config=SimpleNamespace(
            html_theme_options={"repository_url": "https://github.com/ada/book"}
        ),
    )
    rows = [(PAGE, record) for record in RECORDS]
    page = BeautifulSoup(ledger.page(app, "book/claims", rows), "html.parser")
    assert page.p.text == "2 claims: 1 holds, 1 depends."
    assert [h.text for h in page.select("h2")] == [
        "What holds (1)", "What depends (1)", "Not yet tested (1)"
    ]  # fmt: skip
    first, second = page.select("article")
    said, answer, last = (p.text for p in first.select("article > p"))
    assert said == "A2 “It <works>.” (A)" and answer == "Holds. Yes, by fit."
    assert first.p.find_next("code").text == "fit"
    assert last == "decided in chapter 5 · seen twice"
    place = "blob/main/tests/second_opinion/a2.py"
    assert [a["href"] for a in first.select("a")] == [
        f"../{PAGE}.html#claim-a2", f"https://github.com/ada/book/{place}"
    ]  # fmt: skip
    folded = first.details.text
    assert "Share with fit. It expects > 0.5." in folded
    assert "0.8 [0.7, 0.9]" in folded
    assert "with noise: -1 [-1.2, -0.8]".replace("-", "\N{MINUS SIGN}") in folded
    assert "seen twice" not in second.text
    assert "D1" in page.select_one(".untested").text


def test_stylesheets_keep_the_order_that_the_pages_want():
    united = stylesheets.united
    assert united([["a", "d"], ["b", "c", "d"], ["a", "b"]]) == ["a", "b", "c", "d"]
    assert united([["a"], [], ["b", "a"]]) == ["b", "a"]
    with pytest.raises(ExtensionError, match=r"different orders: \['\w', '\w', '\w'\]"):
        united([["a", "b"], ["b", "a"]])


def test_stylesheets_become_one_with_the_same_addresses(tmp_path):
    static = tmp_path / "_static"
    (static / "styles").mkdir(parents=True)
    (static / "basic.css").write_text("/* old */p{background:url(file.png)}")
    (static / "styles/theme.css").write_text(
        '@import "../basic.css";\na{src:url("../fonts/a.woff2?v=1#x")}'
    )
    (static / "b.css").write_text("b{c:url(data:image/png;base64,AA) url('#d')}")
    sheets = [static / "styles/theme.css", static / "b.css"]
    css = stylesheets.joined(sheets, static)
    assert css.split() == [
        "p{background:url(file.png)}",
        "a{src:url(fonts/a.woff2?v=1#x)}",
        "b{c:url(data:image/png;base64,AA)",
        "url('#d')}",
    ]


PAGES = {"index.html": "", "book/page.html": "../", "404.html": "/name/"}


@pytest.fixture
def bundled(tmp_path):
    """A website; a function writes its pages and bundles their styles."""
    site = tmp_path / "html"
    static = site / "_static"
    static.mkdir(parents=True)
    (static / "a.css").write_text(".used{color:red}.unused{color:red}")
    (static / "course.css").write_text(".ours{top:0}")
    (static / "b.css").write_text(".scripted{top:0}[data-theme=dark] p{top:0}")
    (static / "b.js").write_text("p.className = 'scripted'; p.dataset['theme']")
    (static / "c.js").write_text('p.setAttribute("data-theme", "dark")')
    (static / "layout.html").write_text('<link rel="stylesheet" href="{{ unknown }}">')
    app = SimpleNamespace(builder=SimpleNamespace(format="html"), outdir=site)

    def build(names):
        for page, own in names.items():
            (site / page).parent.mkdir(parents=True, exist_ok=True)
            links = (
                f'<link rel="stylesheet" href="{PAGES[page]}_static/{n}.css?v=1" />'
                for n in own
            )
            head = "".join(links) + '<link rel="icon" href="x">'
            (site / page).write_text(f'<head>{head}</head><p class="used" id="p">')
        stylesheets.bundle(app, None)
        for page, root in PAGES.items():
            html = (site / page).read_text()
            assert html.count("stylesheet") == 1 and 'rel="icon"' in html
            assert f'href="{root}_static/styles.css?v=' in html
        return (static / "styles.css").read_text()

    return build


@pytest.mark.parametrize(
    "names",
    [
        {page: ["a", "course", "b"] for page in PAGES},
        dict(zip(PAGES, (["a", "course"], ["course", "b"], ["a", "b"]), strict=True)),
    ],
    ids=["one page has all", "no page has all"],
)
def test_pages_ask_for_one_stylesheet_without_what_nobody_uses(bundled, names):
    css = bundled(names)
    assert ".used" in css and ".scripted" in css and "[data-theme=dark]" in css
    assert ".unused" not in css and ".ours" in css


@pytest.mark.parametrize(
    ("signature", "mended"),
    [
        ("(a: ~b.C, d: ~e.F = <factory>)", "(a: ~b.C, d: ~e.F = ...)"),
        ("(a=<built-in function asarray>, *, b: int)", "(a=asarray, *, b: int)"),
        ("(a=<function mean at 0x7f>)", "(a=mean)"),
        ("(a: int, _b: ~c.D, _e: F)", "(a: int)"),
        ("(a_b: int, c: str = '_d: e')", "(a_b: int, c: str = '_d: e')"),
    ],
)
def test_signatures_show_what_a_reader_would_write(signature, mended):
    assert signatures.mend(signature) == mended
