"""A stand-in for the public base image, and the image on it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
BASE, IMAGE = "localhost/aptas-base", "localhost/aptas:0.1.0"
PROGRAMS = ("buildah", "podman", "runc", "debootstrap")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_APT = Path("/etc/apt")
_OWN_CERTIFICATES = Path("/usr/local/share/ca-certificates")


class ImageRefused(Exception):
    """It cannot be built here; the message says what is missing, or what went wrong."""


def refuse_unless_here() -> None:
    """ImageRefused names what is missing."""
    if os.geteuid() != 0:
        raise ImageRefused("root만 만들 수 있습니다. / Only root can build it.")
    if missing := [each for each in PROGRAMS if shutil.which(each) is None]:
        raise ImageRefused(f"apt-get install --no-install-recommends {' '.join(missing)}")


def build_base() -> None:
    """Unless there is one."""
    refuse_unless_here()
    if _has(BASE):
        return
    with tempfile.TemporaryDirectory(prefix="aptas-base-") as folder:
        tree = Path(folder) / "tree"
        _run("debootstrap", "--variant=minbase", "--include=ca-certificates", _release(), tree, _mirror())
        _as_this_machine(tree)
        _run("tar", "-C", tree, "-cf", Path(folder) / "tree.tar", ".")
        (Path(folder) / "Containerfile").write_text("FROM scratch\nADD tree.tar /\n")
        _run("buildah", "bud", "--isolation", "chroot", "-t", BASE, folder)


def build_image() -> None:
    """As the Containerfile says, on the stand-in."""
    build_base()
    told = ["--build-arg", f"BASE={BASE}", "--build-arg", f"PIP_CERT={CERTIFICATES}"]
    where: list[Path | str] = ["-f", ROOT / "Containerfile", "-t", IMAGE, ROOT]
    _run("buildah", "bud", "--layers", "--format", "docker", "--isolation", "chroot", *told, *where)


def _has(image: str) -> bool:
    return subprocess.run(["podman", "image", "exists", image], check=False).returncode == 0


def _release() -> str:
    told = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line
    )
    return told["VERSION_CODENAME"].strip('"')


def _mirror() -> str:
    """Where this machine's own packages come from."""
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    found = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    return next(each for each in found if "security" not in each)


def _as_this_machine(tree: Path) -> None:
    """Its packages come from where this machine's do, and it trusts whom this machine trusts."""
    for kind in ("sources.list", "sources.list.d", "trusted.gpg.d", "keyrings"):
        if (_APT / kind).is_dir():
            shutil.copytree(_APT / kind, tree / "etc/apt" / kind, dirs_exist_ok=True)
        elif (_APT / kind).is_file():
            shutil.copy(_APT / kind, tree / "etc/apt" / kind)
    for each in (_APT / "apt.conf.d").iterdir():
        if "Acquire" in each.read_text(errors="replace"):
            shutil.copy(each, tree / "etc/apt/apt.conf.d")
    if _OWN_CERTIFICATES.is_dir():
        shutil.copytree(
            _OWN_CERTIFICATES, tree / str(_OWN_CERTIFICATES).removeprefix("/"), dirs_exist_ok=True
        )
        _run("chroot", tree, "update-ca-certificates")


def _run(*command: Path | str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode != 0:
        raise ImageRefused(f"{command[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
