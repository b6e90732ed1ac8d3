"""Which model of others, as a user says it; where texts may be sent; and keys."""

import keyring
import keyring.backend
import pytest

from annotator.suggest.others import keys, sending
from annotator.suggest.others.chosen import ChoiceError, Chosen, from_json, is_here, parsed


@pytest.mark.parametrize(
    ("option", "made", "name"),
    [
        ("program:./bin/find --fast", Chosen("program", "./bin/find --fast"), "find"),
        ("program:python3 -u /opt/tag.py -f 0.5", Chosen("program", "python3 -u /opt/tag.py -f 0.5"), "tag.py"),
        ("program:/opt/tagger a.txt", Chosen("program", "/opt/tagger a.txt"), "tagger"),
        ("http://localhost:8000/x", Chosen("address", "http://localhost:8000/x"), "localhost:8000"),
        (
            "chat:llama3.2:1b@http://[::1]:11434/v1",
            Chosen("chat", "http://[::1]:11434/v1", "llama3.2:1b"),
            "llama3.2:1b",
        ),
        ("chat:m@https://api.example/v1", Chosen("chat", "https://api.example/v1", "m"), "m"),
        ("package:mine", Chosen("package", "mine"), "mine"),
    ],
)
def test_a_model_is_named_by_an_option(option, made, name):
    assert parsed(option) == made
    assert made.name == name
    assert from_json(made.as_json()) == made
    assert made.as_option() == option


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ("program:", "not said where"),
        ("program:'find", "not closed"),
        ("http://", "no address"),
        ("http://localhost:99999/", "no address"),
        ("chat:m@ftp://localhost/", "no address"),
        ("chat:m", "not said where"),
        ("chat:@http://localhost/v1", "which chat model"),
        ("http://example.org/suggest", "Use https"),
        ("http://127.0.0.1.example.org/", "Use https"),
        ("https://me:secret@example.org/", "annotator key"),
        ("package:", "not said where"),
        ("http://[::1%2eevil.example]/x", "no address"),
        ("http://localhost:9/ü", "no address"),
        ("https://@host/", "annotator key"),
        ("program:''", "names nothing"),
        ("chat:a\nb@http://localhost/v1", "no name has"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(option, why):
    with pytest.raises(ChoiceError, match=why):
        parsed(option)


@pytest.mark.parametrize(
    "held", ["", "{}", "[]", '{"kind": "shell", "where": "x", "model": "", "prompt": ""}', "[" * 9]
)
def test_what_was_kept_and_is_damaged_is_refused(held):
    with pytest.raises(ChoiceError):
        from_json(held)


def test_another_prompt_is_another_version():
    one, other = (Chosen("chat", "http://localhost/v1", "m", prompt) for prompt in ("a", "b"))
    assert one.version != other.version


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"])
def test_this_computer_is_known(host):
    assert is_here(f"http://{host}:80/v1")
    assert sending.is_allowed(Chosen("chat", f"http://{host}:80/v1", "m"))


@pytest.mark.parametrize("host", ["10.0.0.1", "localhost.example.org", "example.org", "0.0.0.0", "192.168.1.2"])
def test_others_are_asked_about_once(host):
    chosen = Chosen("chat", f"https://{host}/v1", "m")
    assert not is_here(chosen.where)
    assert not sending.is_allowed(chosen)
    sending.allow(chosen)
    assert sending.is_allowed(chosen)
    assert not sending.is_allowed(Chosen("chat", "https://other.example/v1", "m"))


def test_what_cannot_be_remembered_is_said(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setattr(sending, "data_folder", lambda: tmp_path / "file" / "folder")
    chosen = Chosen("chat", "https://model.example/v1", "m")
    with pytest.raises(sending.NotKept, match="Nothing was sent"):
        sending.allow(chosen)
    assert not sending.is_allowed(chosen)


class Ring(keyring.backend.KeyringBackend):
    """A keyring that is a dictionary: this computer may have none."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.held = {}

    def get_password(self, service, username):
        return self.held.get((service, username))

    def set_password(self, service, username, password):
        self.held[service, username] = password

    def delete_password(self, service, username):
        del self.held[service, username]


@pytest.fixture
def ring():
    before = keyring.get_keyring()
    made = Ring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_keys_are_kept_in_the_keyring_by_their_address(ring, monkeypatch):
    monkeypatch.delenv(keys.VARIABLE, raising=False)
    keys.keep("https://api.example/v1", "secret")
    assert keys.key_of("https://api.example/v1/chat") == "secret"
    assert keys.key_of("https://other.example/v1") == ""
    keys.keep("https://api.example/v1", "")
    assert keys.key_of("https://api.example/v1") == ""
    assert ring.held == {}


def test_without_a_keyring_the_environment_is_named(monkeypatch):
    import keyring.backends.fail

    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    try:
        with pytest.raises(keys.KeyringError, match=keys.VARIABLE):
            keys.keep("https://api.example/v1", "secret")
        assert keys.key_of("https://api.example/v1") == ""
        monkeypatch.setenv(keys.VARIABLE, "api.example=secret")
        assert keys.key_of("https://api.example/v1") == "secret"
        assert keys.key_of("https://other.example/v1") == keys.key_of("http://localhost/v1") == ""
        monkeypatch.setenv(keys.VARIABLE, "api.example=a\nb")
        with pytest.raises(keys.KeyringError) as told:
            keys.key_of("https://api.example/v1")
        assert "a\nb" not in str(told.value)
    finally:
        keyring.set_keyring(before)
