"""A container engine of our own for the length of a block, out of everybody's way, and bases made without a registry.

Root of a Linux machine only: `.ci/install` brings the programs. Builds use the machine's network; what is started
lives in a network namespace that nothing but a client inside it can reach.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
from docker.errors import DockerException

from benchmarks.homes import Say

PROGRAMS = ("dockerd", "docker-compose", "debootstrap", "nsenter", "ip", "iptables")
PACKAGES = "ca-certificates,curl,nginx-light,openssl,python3,python3-venv"
BASE = "localhost/craveny-base:bookworm"
SUITE = "bookworm"
CERTIFICATES = Path("/etc/ssl/certs")
START_SECONDS = 60
BUILD_SECONDS = 1200
# A machine may reach its registries through a proxy or by a certificate of its own; a build must do the same.
_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
_PASSED = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "NPM_CONFIG_REGISTRY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
# Raising limits is refused to a confined root; building needs no bridge, and leaves the machine's firewall alone.
_COMMON = ("--oom-score-adjust=0", "--default-ulimit=nofile=1024:4096")
_FOR_BUILDS = ("--iptables=false", "--ip6tables=false", "--bridge=none", "--ip-forward=false")


class NoEngine(Exception):  # noqa: N818
    """No engine can be started here; the message says why, in one sentence."""


class Engine:
    """One folder's images, and a running engine over them."""

    def __init__(self, folder: Path, say: Say) -> None:
        self.folder = folder
        self.namespace = f"craveny-{folder.name[-8:]}"
        self._say = say

    @property
    def address(self) -> str:
        """Where it listens, as DOCKER_HOST wants it."""
        return f"unix://{self.folder / 'socket'}"

    @property
    def environment(self) -> dict[str, str]:
        """What a client finds in its environment."""
        path = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
        return {**path, "DOCKER_HOST": self.address, "BASE_IMAGE": BASE, "NGINX_IMAGE": BASE}

    @contextmanager
    def building(self) -> Iterator[docker.DockerClient]:
        """Running for builds, on the machine's own network."""
        with self._running([], _FOR_BUILDS) as client:
            yield client

    @contextmanager
    def isolated(self) -> Iterator[docker.DockerClient]:
        """Running for containers, in the network namespace `namespace`."""
        _run("ip", "netns", "add", self.namespace)
        try:
            _run("ip", "-n", self.namespace, "link", "set", "lo", "up")
            # Not `ip netns exec`: it hides the control groups, and with them every limit.
            with self._running(["nsenter", f"--net=/run/netns/{self.namespace}"], ()) as client:
                yield client
        finally:
            _run("ip", "netns", "del", self.namespace)

    @contextmanager
    def _running(self, prefix: list[str], options: tuple[str, ...]) -> Iterator[docker.DockerClient]:
        roots = [f"--data-root={self.folder / 'images'}", f"--exec-root={self.folder / 'exec'}"]
        argv = [*prefix, "dockerd", "-H", self.address, *roots, f"--pidfile={self.folder / 'pid'}", *_COMMON, *options]
        with (self.folder / "dockerd.log").open("ab") as log:
            process = subprocess.Popen(argv, stdout=log, stderr=log, start_new_session=True)
        try:
            client = self._client(process)
            yield client
            client.close()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(120)
            self._unmount()

    def _client(self, process: subprocess.Popen[bytes]) -> docker.DockerClient:
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            try:
                client = docker.DockerClient(base_url=self.address, timeout=BUILD_SECONDS)
                client.ping()
            except (DockerException, OSError):
                time.sleep(0.2)
            else:
                return client
        said = (self.folder / "dockerd.log").read_text("utf-8", "replace").splitlines()
        raise NoEngine(f"dockerd does not start here: {said[-1] if said else 'it says nothing'}")

    def _unmount(self) -> None:
        mounts = [line.split()[1] for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
        for mount in reversed([mount for mount in mounts if mount.startswith(f"{self.folder}/")]):
            _run("umount", "-l", mount)

    def add_base(self, client: docker.DockerClient) -> None:
        """Make the base of every image from Debian's packages, with the machine's own certificates in it."""
        self._say("making a base image from Debian's packages")
        root = self.folder / "root"
        _run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(root), _mirror())
        shutil.rmtree(root / "etc/ssl/certs")
        shutil.copytree(CERTIFICATES, root / "etc/ssl/certs")
        variables = {"NODE_EXTRA_CA_CERTS": _BUNDLE, "PIP_CERT": _BUNDLE}
        variables |= {name: os.environ[name] for name in _PASSED if name in os.environ}
        archive = self.folder / "root.tar"
        _run("tar", "-C", str(root), "-cf", str(archive), ".")
        repository, tag = BASE.rsplit(":", 1)
        changes = [f"ENV {name}={value}" for name, value in variables.items()]
        client.api.import_image(str(archive), repository=repository, tag=tag, changes=changes)
        archive.unlink()
        shutil.rmtree(root)


@contextmanager
def engine(say: Say) -> Iterator[Engine]:
    """An engine over a folder that is gone afterwards; NoEngine where none can be started."""
    if os.geteuid() != 0:
        raise NoEngine("only root can start a container engine of its own")
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        raise NoEngine(f"{', '.join(missing)} is missing; run .ci/install as root")
    folder = Path(tempfile.mkdtemp(prefix="craveny-engine-", dir="/tmp"))
    try:
        yield Engine(folder, say)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _mirror() -> str:
    """The mirror of Debian that this machine itself uses."""
    found = _run("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages").split()
    if not (mirrors := [uri for uri in found if "security" not in uri]):
        raise NoEngine("this machine has no mirror of Debian's packages; run .ci/install as root")
    return mirrors[0]


def _run(*argv: str) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=BUILD_SECONDS)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise NoEngine(f"{' '.join(argv[:3])} failed: {said[-1] if said else 'it says nothing'}")
    return done.stdout
