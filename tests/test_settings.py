"""Settings that are misspelt, or make no sense, are refused when they are given."""

import pytest
from pydantic import ValidationError

from claimkb.settings import Settings, is_mail_server


@pytest.fixture(autouse=True)
def _without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no setting of whoever runs the tests count."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CLAIMKB_{name.upper()}", raising=False)


def problem() -> str:
    """Say what is wrong with the settings."""
    with pytest.raises(ValidationError) as refused:
        Settings()
    return refused.value.errors()[0]["msg"]


def test_a_misspelt_setting_is_refused_with_the_one_that_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMKB_TIMEZNE", "Europe/Paris")
    assert problem() == "Value error, CLAIMKB_TIMEZNE is no setting: do you mean CLAIMKB_TIMEZONE?"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_letter_too_few_is_noticed_in_each_setting(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    misspelt = f"CLAIMKB_{name[0]}{name[2:]}".upper()
    monkeypatch.setenv(misspelt, "1")
    assert problem().startswith(f"Value error, {misspelt} is no setting: do you mean CLAIMKB_")


@pytest.mark.parametrize(
    "name",
    [
        "CLAIMKB_AS",
        "CLAIMKB_TOKEN",
        "CLAIMKB_TEST_POSTGRES_URL",
        "CLAIMKB_TEST_PYTHONS",
        "CLAIMKB_TEST_CLIENTS",
        "CLAIMKB_TEST_LONG",
        "CLAIMKB_SERVICE_HOST",
        "CLAIMKB_SERVICE_PORT",
        "CLAIMKB_PORT_8000_TCP",
        "CLAIMKB_PORT_8000_TCP_ADDR",
        "CLAIMKBX_TIMEZONE",
    ],
)
def test_variables_of_clients_tests_and_kubernetes_are_no_misspelt_settings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    assert Settings().timezone == "UTC"


@pytest.mark.parametrize(
    "url",
    [
        "mailtos://USER:PASSWORD@mail.example.org?from=claims@example.org",
        "mailto://127.0.0.1:2525?from=claims@example.org",
        "mailtos://desk:secret@mail.example.org",
        "mailtos://mail.example.org?from=The desk <claims@example.org>",
        "sendgrid://key:claims@example.org",
    ],
)
def test_a_mail_server_is_accepted_as_apprise_writes_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMKB_MAIL_URL", url)
    assert is_mail_server(url)
    assert Settings().mail_url is not None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hunter2",
        "hunter2@example.org",
        "mailtos://",
        "https://mail.example.org",
        "mailtos://mail.example.org?from=hunter2",
        "mailtos://mail.example.org?from=desk@@example.org",
        "mailtos://mail.example.org?from=",
        "mailtos://[hunter2",
    ],
)
def test_what_leads_to_no_mail_server_is_refused_and_not_repeated(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMKB_MAIL_URL", url)
    assert problem().startswith(
        "Value error, CLAIMKB_MAIL_URL leads to no mail server: write it as Apprise does, such as mailtos://"
    )
    assert "hunter2" not in problem()
