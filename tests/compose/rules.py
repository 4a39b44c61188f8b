"""What must hold between the parts of the Compose file and beyond what Compose itself checks. Free of any engine."""

import re
from collections.abc import Callable, Iterator
from typing import Any

ONE_SHOT = {"prepare"}
"""Services that end by themselves: nobody asks whether they are healthy, and they make room before others start."""
FOREIGN_ROOT = {"milvus-standalone", "etcd", "minio"}
"""Images that come as root; they must hold no capability at all instead."""
PUBLISHED = {"nginx": {"80:8080", "443:8443"}}
ONLINE = {"nginx", "code-server", "sender", "watchdog"}
"""Who may be on a network that leads out."""
HOST_MIB = 2048
_UNITS = {"m": 1, "g": 1024}
_SECRET = re.compile(r"PASSWORD|TOKEN|SECRET")

Rule = Callable[[dict[str, Any]], Iterator[str]]


def broken_rules(config: dict[str, Any]) -> list[str]:
    """A sentence for each rule that each service breaks."""
    return [fault for rule in RULES for fault in rule(config)]


def _services(config: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return list(config["services"].items())


def _ports_are_the_proxys(config: dict[str, Any]) -> Iterator[str]:
    for name, service in _services(config):
        if set(service.get("ports", [])) != PUBLISHED.get(name, set()):
            yield f"{name} publishes {service.get('ports')}"
        if service.get("network_mode") or service.get("expose") or service.get("privileged"):
            yield f"{name} steps out of its networks"


def _each_is_watched(config: dict[str, Any]) -> Iterator[str]:
    for name, service in _services(config):
        if name not in ONE_SHOT and not service.get("healthcheck", {}).get("test"):
            yield f"{name} has no health check"
        wanted = "on-failure:3" if name in ONE_SHOT else "unless-stopped"
        if service.get("restart") != wanted:
            yield f"{name} restarts {service.get('restart')}, not {wanted}"
        if service.get("logging", {}).get("options", {}).keys() < {"max-size", "max-file"}:
            yield f"{name} writes logs without end"
        if not service.get("stop_grace_period"):
            yield f"{name} is given no time to stop"


def _each_is_confined(config: dict[str, Any]) -> Iterator[str]:
    for name, service in _services(config):
        user = str(service.get("user", "0")).split(":")[0]
        if name not in FOREIGN_ROOT and (not user.isdigit() or user == "0"):
            yield f"{name} runs as {user}"
        if service.get("cap_drop") != ["ALL"] or service.get("cap_add"):
            yield f"{name} holds capabilities"
        if service.get("security_opt") != ["no-new-privileges:true"]:
            yield f"{name} may gain privileges"
        if name not in FOREIGN_ROOT and not service.get("read_only"):
            yield f"{name} can write to its image"
        if any("docker.sock" in str(volume) for volume in service.get("volumes", [])):
            yield f"{name} holds Docker's socket"


def _limits_fit_the_host(config: dict[str, Any]) -> Iterator[str]:
    total = 0
    for name, service in _services(config):
        limit = re.fullmatch(r"(\d+)([mg])", str(service.get("mem_limit", "")))
        if not limit:
            yield f"{name} has no memory limit"
        elif name not in ONE_SHOT and not service.get("profiles"):
            total += int(limit[1]) * _UNITS[limit[2]]
        if not service.get("pids_limit"):
            yield f"{name} may start processes without end"
    if total > HOST_MIB:
        yield f"the limits add up to {total} MiB, the host has {HOST_MIB}"


def _networks_lead_nowhere(config: dict[str, Any]) -> Iterator[str]:
    for network, options in config["networks"].items():
        members = {name for name, service in _services(config) if network in service.get("networks", [])}
        if not (options or {}).get("internal") and not members <= ONLINE:
            yield f"{network} leads out and holds {sorted(members - ONLINE)}"
    for name, service in _services(config):
        if not service.get("networks"):
            yield f"{name} is on the default network"
    front = config["networks"]["front"]["ipam"]["config"][0]["subnet"]
    if config["services"]["api"]["environment"]["CRAVENY_TRUSTED_PROXIES"] != front:
        yield "the API does not trust exactly the network of the proxy"


def _no_secret_is_given(config: dict[str, Any]) -> Iterator[str]:
    for name, service in _services(config):
        for key, value in service.get("environment", {}).items():
            if _SECRET.search(key) and value is not None and not re.match(r"\$\{\w+(:\?[^}]+)?\}$", str(value)):
                yield f"{name} has {key} with a value of its own"
            if re.search(r"\$\{\w*(PASSWORD|TOKEN)\w*:?[-+]", str(value)):
                yield f"{name} has a default for the secret in {key}"


def _images_are_pinned(config: dict[str, Any]) -> Iterator[str]:
    for name, service in _services(config):
        argument = " ".join(map(str, service.get("build", {}).get("args", {}).values()))
        for image in filter(None, [service.get("image", ""), *re.findall(r":-([^}]+)}", argument)]):
            tag = image.rpartition(":")[2] if ":" in image else ""
            if not re.search(r"\d", tag):
                yield f"{name} uses {image}, which names no version"


def _order_is_by_health(config: dict[str, Any]) -> Iterator[str]:
    for name, service in _services(config):
        for other, how in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if other in ONE_SHOT else "service_healthy"
            if how["condition"] != wanted:
                yield f"{name} waits for {other} until {how['condition']}, not {wanted}"


RULES: tuple[Rule, ...] = (
    _ports_are_the_proxys,
    _each_is_watched,
    _each_is_confined,
    _limits_fit_the_host,
    _networks_lead_nowhere,
    _no_secret_is_given,
    _images_are_pinned,
    _order_is_by_health,
)
