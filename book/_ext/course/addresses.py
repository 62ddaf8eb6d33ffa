"""All addresses of the website follow from one setting, ``repository.url``.

A repository github.com/ada/book has its pages at ada.github.io/book/. Search
engines, cards of links and the page for lost readers (404.html) need that address.
"""

from urllib.parse import urlsplit


def pages_address(repository: str) -> str:
    """Where GitHub Pages shows a repository's website, ending in a slash."""
    owner, name = urlsplit(repository).path.strip("/").split("/")
    return f"https://{owner}.github.io/{name}/"


def set_addresses(app, config):
    address = pages_address(config.html_theme_options["repository_url"])
    config.html_baseurl = config.ogp_site_url = address
    config.notfound_urls_prefix = urlsplit(address).path


def setup(app):
    # Before the extensions that read them.
    app.connect("config-inited", set_addresses, priority=1)
