"""Every way in that the README names, tried in folders of their own: the lock, the wheel, pip, pipx and uv.

`make test-install` runs these: they fetch packages, which takes minutes on a slow connection.
"""

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import __version__
from tests.installing.conftest import ROOT, run
from tests.support.processes import Bot, Slack

pytestmark = pytest.mark.installs
LOGGED = re.compile(r"INQ-\d{4}-0001")
OLDEST_PIP = "22.3"
"""The oldest pip that a Python 3.11 has brought along (3.11.0)."""


def works(python: str) -> bool:
    """Whether it is a Python; pyenv puts a name on the path also for one that is switched off."""
    return subprocess.run([python, "--version"], capture_output=True, check=False).returncode == 0


def pythons() -> list[str]:
    """The Pythons of this machine that OOB supports: this one, and others on the path or of pyenv."""
    found = {sys.version_info[:2]: sys.executable}
    for minor in range(11, 15):
        kept = [str(path) for path in sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python"))]
        elsewhere = [path for path in (*kept[-1:], shutil.which(f"python3.{minor}")) if path and works(path)]
        if elsewhere:
            found.setdefault((3, minor), elsewhere[0])
    return list(found.values())


@pytest.fixture(scope="session")
def newer_versions(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of an index in which every locked package has a version that is far too new and holds nothing."""
    index = tmp_path_factory.mktemp("index")
    for name in sorted(set(re.findall(r"^([\w.-]+)", (ROOT / "requirements/dev.txt").read_text("utf-8"), re.MULTILINE))):
        folder = index / name
        folder.mkdir()
        stem = f"{name.replace('-', '_').replace('.', '_')}-99999.0"
        with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{stem}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 99999.0\n")
            wheel.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{stem}.dist-info/RECORD", "")
        (folder / "index.html").write_text(f'<a href="{stem}-py3-none-any.whl">{stem}-py3-none-any.whl</a>')
    return index.as_uri()


@pytest.mark.parametrize("pip", [OLDEST_PIP, "newest"])
def test_a_fresh_clone_installs_from_the_lock_whatever_has_been_published_since(
    pip: str, clone: Path, newer_versions: str, tmp_path: Path
) -> None:
    venv = tmp_path / "venv"
    python = venv / "bin/python"
    run(sys.executable, "-m", "venv", venv, cwd=tmp_path)
    run(python, "-m", "pip", "install", "--upgrade", "pip" if pip == "newest" else f"pip=={pip}", cwd=tmp_path)
    offered = {"PIP_EXTRA_INDEX_URL": newer_versions}
    run(python, "-m", "pip", "download", "--no-deps", "-d", "offered", "coverage", cwd=tmp_path, **offered)
    assert [file.name for file in (tmp_path / "offered").iterdir()] == ["coverage-99999.0-py3-none-any.whl"]

    said = run("make", f"VENV={venv}", venv / ".dev", cwd=clone, **offered)

    assert re.search(r"Installing OOB and \d+ packages into .+\. This takes .+ minutes", said)
    assert said.count("No broken requirements found.") == 2
    assert "99999" not in run(python, "-m", "pip", "list", cwd=tmp_path)
    assert run(venv / "bin/oob", "--version", cwd=tmp_path).strip() == f"oob {__version__}"
    assert LOGGED.search(run(venv / "bin/oob", "demo", "--tour", cwd=clone))


def test_the_wheel_takes_one_name_and_holds_everything(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {name.split("/")[0] for name in names} == {"oob_bot", f"oob_bot-{__version__}.dist-info"}
    inside = {name.removeprefix("oob_bot/app/") for name in names if name.startswith("oob_bot/app/")}
    folders = ("bot", "handlers", "storage", "simulator", "demo")
    ours = {path.relative_to(ROOT).as_posix() for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()}
    assert inside == {"manifest.yml", *(name for name in ours if "__pycache__" not in name)}


@pytest.mark.parametrize("python", pythons())
def test_the_wheel_works_from_another_folder(python: str, wheel: Path, tmp_path: Path) -> None:
    venv, elsewhere = tmp_path / "venv", tmp_path / "elsewhere"
    elsewhere.mkdir()
    run(python, "-m", "venv", venv, cwd=elsewhere)
    uv: list[str | Path] = ["uv", "pip", "install", "--quiet", "--python", venv / "bin/python", "--no-deps"]
    run(*uv, "--require-hashes", "-r", ROOT / "requirements/runtime.txt", cwd=elsewhere)
    run(*uv, wheel, cwd=elsewhere)

    assert run(venv / "bin/oob", "--version", cwd=elsewhere).strip() == f"oob {__version__}"
    assert run(venv / "bin/oob", "manifest", cwd=elsewhere) == (ROOT / "manifest.yml").read_text("utf-8")
    assert LOGGED.search(run(venv / "bin/oob", "demo", "--tour", cwd=elsewhere))
    with Slack() as slack:
        bot = Bot(slack, f"sqlite:///{tmp_path / 'oob.db'}")
        bot.command, bot.folder = [str(venv / "bin/oob")], elsewhere
        with bot:
            assert bot.said("listening")["version"] == __version__


def by_pip(target: Path, home: Path, env: dict[str, str]) -> Path:
    run(sys.executable, "-m", "venv", home / "venv", cwd=home)
    run(home / "venv/bin/python", "-m", "pip", "install", "--quiet", target, cwd=home, **env)
    return home / "venv/bin/oob"


def by_pipx(target: Path, home: Path, env: dict[str, str]) -> Path:
    here = {"PIPX_HOME": str(home / "pipx"), "PIPX_BIN_DIR": str(home / "bin"), "PIPX_MAN_DIR": str(home / "man")}
    run("pipx", "install", "--python", sys.executable, target, cwd=home, **env, **here)
    return home / "bin/oob"


def by_uv(target: Path, home: Path, env: dict[str, str]) -> Path:
    here = {"UV_TOOL_DIR": str(home / "tools"), "UV_TOOL_BIN_DIR": str(home / "bin")}
    run("uv", "tool", "install", "--quiet", "--python", sys.executable, target, cwd=home, **env, **here)
    return home / "bin/oob"


@pytest.mark.parametrize("what", ["clone", "wheel"])
@pytest.mark.parametrize("install", [by_pip, by_pipx, by_uv], ids=lambda way: way.__name__)
def test_a_clone_and_a_wheel_install_by(
    install: Callable[[Path, Path, dict[str, str]], Path], what: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """With the locked versions as constraints: what is newest today is not ours to test."""
    pinned = tmp_path / "constraints.txt"
    lock = "".join((ROOT / f"requirements/{name}.txt").read_text("utf-8") for name in ("runtime", "build"))
    pinned.write_text("".join(f"{name}{version}\n" for name, version in re.findall(r"(?m)^([\w.-]+)(?:\[\w+\])?(==\S+)", lock)))
    constrained = {"PIP_CONSTRAINT": str(pinned), "UV_CONSTRAINT": str(pinned)}

    oob = install(request.getfixturevalue(what), tmp_path, constrained)

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert run(oob, "--version", cwd=elsewhere).strip() == f"oob {__version__}"
    assert LOGGED.search(run(oob, "demo", "--tour", cwd=elsewhere))
