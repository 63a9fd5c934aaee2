"""The structures of request bodies, field by field in the order in which Go encodes them."""

from __future__ import annotations

from dockernet_lessons.embedded.api.decode import Field, Struct


def _texts(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, "string", "") for name in names)


def _numbers(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, "int", 0) for name in names)


def _flags(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, "bool", False) for name in names)


def _lists(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, "strings") for name in names)


def _anything(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, "any") for name in names)


CONFIG: tuple[Field, ...] = (
    *_texts("Hostname", "Domainname", "User"),
    *_flags("AttachStdin", "AttachStdout", "AttachStderr"),
    Field("ExposedPorts", "set", omit=True, go="nat.PortSet"),
    *_flags("Tty", "OpenStdin", "StdinOnce"),
    Field("Env", "strings"),
    Field("Cmd", "command"),
    Field("Healthcheck", "Healthcheck", omit=True),
    Field("ArgsEscaped", "bool", False, omit=True),
    Field("Image", "string", ""),
    Field("Volumes", "set"),
    Field("WorkingDir", "string", ""),
    Field("Entrypoint", "command"),
    Field("NetworkDisabled", "bool", False, omit=True),
    Field("MacAddress", "string", "", omit=True),
    Field("OnBuild", "strings"),
    Field("Labels", "texts"),
    Field("StopSignal", "string", "", omit=True),
    Field("StopTimeout", "int", None, "int", omit=True),
    Field("Shell", "command", omit=True),
)
"""A container's configuration (moby api/types/container/config.go)."""

_HEALTH = Struct(
    "HealthConfig",
    "container.HealthConfig",
    (
        Field("Test", "strings", omit=True),
        *(
            Field(name, "int", 0, omit=True)
            for name in ("Interval", "Timeout", "StartPeriod", "StartInterval", "Retries")
        ),
    ),
)
_LOG = Struct(
    "LogConfig",
    "container.LogConfig",
    (Field("Type", "string", ""), Field("Config", "texts", {})),
)
_RESTART = Struct(
    "RestartPolicy",
    "container.RestartPolicy",
    (
        Field("Name", "string", "", "container.RestartPolicyMode"),
        Field("MaximumRetryCount", "int", 0, "int"),
    ),
)
_PORT = Struct(
    "PortBinding",
    "nat.PortBinding",
    (Field("HostIp", "string", ""), Field("HostPort", "string", "")),
)
_CONSOLE = Field("ConsoleSize", "any", [0, 0])
_FIRST = (
    _lists("Binds"),
    _texts("ContainerIDFile"),
    (
        Field("LogConfig", "LogConfig", {"Type": "", "Config": {}}),
        Field("NetworkMode", "string", "", "container.NetworkMode"),
        Field("PortBindings", "{}[]PortBinding", go="nat.PortMap"),
        Field("RestartPolicy", "RestartPolicy", {"Name": "", "MaximumRetryCount": 0}),
        Field("AutoRemove", "bool", False),
        Field("VolumeDriver", "string", ""),
    ),
    _lists("VolumesFrom"),
)
_MODES = (
    (
        Field("CapAdd", "command"),
        Field("CapDrop", "command"),
        Field("CgroupnsMode", "string", "", "container.CgroupnsMode"),
    ),
    _lists("Dns", "DnsOptions", "DnsSearch", "ExtraHosts", "GroupAdd"),
    (
        Field("IpcMode", "string", "", "container.IpcMode"),
        Field("Cgroup", "string", "", "container.CgroupSpec"),
    ),
    _lists("Links"),
    _numbers("OomScoreAdj"),
    (Field("PidMode", "string", "", "container.PidMode"),),
    _flags("Privileged", "PublishAllPorts", "ReadonlyRootfs"),
    _lists("SecurityOpt"),
    (
        Field("StorageOpt", "texts", omit=True),
        Field("Tmpfs", "texts", omit=True),
        Field("UTSMode", "string", "", "container.UTSMode"),
        Field("UsernsMode", "string", "", "container.UsernsMode"),
        Field("ShmSize", "int", 0),
        Field("Sysctls", "texts", omit=True),
        Field("Runtime", "string", "", omit=True),
    ),
)
_RESOURCES = (
    _texts("Isolation"),
    _numbers("CpuShares", "Memory", "NanoCpus"),
    _texts("CgroupParent"),
    _numbers("BlkioWeight"),
    _anything(
        "BlkioWeightDevice", "BlkioDeviceReadBps", "BlkioDeviceWriteBps", "BlkioDeviceReadIOps",
        "BlkioDeviceWriteIOps",
    ),
    _numbers("CpuPeriod", "CpuQuota", "CpuRealtimePeriod", "CpuRealtimeRuntime"),
    _texts("CpusetCpus", "CpusetMems"),
    _anything("Devices", "DeviceCgroupRules", "DeviceRequests"),
)  # fmt: skip
_LIMITS = (
    _numbers("MemoryReservation", "MemorySwap"),
    (
        Field("MemorySwappiness", "int"),
        Field("OomKillDisable", "bool"),
        Field("PidsLimit", "int"),
        Field("Ulimits", "any"),
    ),
    _numbers("CpuCount", "CpuPercent", "IOMaximumIOps", "IOMaximumBandwidth"),
    (
        Field("Mounts", "any", omit=True),
        Field("MaskedPaths", "strings"),
        Field("ReadonlyPaths", "strings"),
        Field("Init", "bool", omit=True),
        Field("Annotations", "texts", omit=True),
    ),
)


def _joined(*groups: tuple[tuple[Field, ...], ...]) -> tuple[Field, ...]:
    return tuple(field for group in groups for part in group for field in part)


_OLD_MEMORY = (_numbers("KernelMemory", "KernelMemoryTCP"),)
HOST_CLASSIC = _joined(_FIRST, _MODES, ((_CONSOLE,),), _RESOURCES, _OLD_MEMORY, _LIMITS)
"""``HostConfig`` of Engine 20.10 (moby api/types/container/hostconfig.go)."""

HOST_MODERN = _joined(_FIRST, ((_CONSOLE,),), _MODES, _RESOURCES, _LIMITS)
"""``HostConfig`` of Engine 28."""

_IPAM = Struct(
    "EndpointIPAMConfig",
    "network.EndpointIPAMConfig",
    (
        Field("IPv4Address", "string", "", omit=True),
        Field("IPv6Address", "string", "", omit=True),
        Field("LinkLocalIPs", "strings", omit=True),
    ),
)
ENDPOINT = Struct(
    "EndpointSettings",
    "network.EndpointSettings",
    (
        Field("IPAMConfig", "EndpointIPAMConfig"),
        *_lists("Links", "Aliases"),
        Field("MacAddress", "string", ""),
        Field("DriverOpts", "texts"),
        Field("GwPriority", "int", 0, "int"),
    ),
)
_NETWORKING = Struct(
    "NetworkingConfig",
    "network.NetworkingConfig",
    (Field("EndpointsConfig", "{}EndpointSettings"),),
)
_POOL = Struct(
    "IPAMConfig",
    "network.IPAMConfig",
    (*_texts("Subnet", "IPRange", "Gateway"), Field("AuxiliaryAddresses", "texts")),
)
_NETWORK_IPAM = Struct(
    "IPAM",
    "network.IPAM",
    (Field("Driver", "string", ""), Field("Options", "texts"), Field("Config", "[]IPAMConfig")),
)
_CONFIG_FROM = Struct("ConfigReference", "network.ConfigReference", _texts("Network"))

NETWORK: tuple[Field, ...] = (
    *_flags("CheckDuplicate"),
    *_texts("Driver", "Scope"),
    Field("EnableIPv4", "bool"),
    *_flags("EnableIPv6"),
    Field("IPAM", "IPAM"),
    *_flags("Internal", "Attachable", "Ingress", "ConfigOnly"),
    Field("ConfigFrom", "ConfigReference"),
    Field("Options", "texts"),
    Field("Labels", "texts"),
    *_texts("Name"),
)
"""``POST /networks/create``."""

CONNECT: tuple[Field, ...] = (
    Field("Container", "string", ""),
    Field("EndpointConfig", "EndpointSettings"),
)
DISCONNECT: tuple[Field, ...] = (Field("Container", "string", ""), Field("Force", "bool", False))

EXEC: tuple[Field, ...] = (
    *_texts("User"),
    *_flags("Privileged", "Tty"),
    Field("ConsoleSize", "any"),
    *_flags("AttachStdin", "AttachStderr", "AttachStdout", "Detach"),
    *_texts("DetachKeys"),
    *_lists("Env"),
    *_texts("WorkingDir"),
    *_lists("Cmd"),
)
EXEC_START: tuple[Field, ...] = (*_flags("Detach", "Tty"), Field("ConsoleSize", "any"))


def structs(*, modern: bool) -> dict[str, Struct]:
    """Give every structure by its kind."""
    host = Struct("HostConfig", "container.HostConfig", HOST_MODERN if modern else HOST_CLASSIC)
    known = (_HEALTH, _LOG, _RESTART, _PORT, _IPAM, ENDPOINT, _NETWORKING, _POOL, host)
    by_name = {struct.name: struct for struct in (*known, _NETWORK_IPAM, _CONFIG_FROM)}
    return {**by_name, "Healthcheck": _HEALTH}
