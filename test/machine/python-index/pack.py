"""Packs the distribution's Python packages into wheels, in the folders of a simple index (PEP 503, PEP 427)."""

import base64
import hashlib
import importlib.metadata
import pathlib
import platform
import re
import subprocess
import sys
import zipfile

PACKAGES = pathlib.Path("/usr/lib/python3/dist-packages")
INDEX = pathlib.Path("/srv/simple")
# What the distribution took out of a package into one of its own.
TAKEN_OUT = {"python3-setuptools": "python3-pkg-resources"}


def normalized(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def owner(folder):
    """The package of the distribution that a file or folder is of."""
    return output("dpkg", "-S", str(folder)).split(":")[0]


def files_of(package, metadata):
    parts = [part for part in [package, TAKEN_OUT.get(package)] if part]
    listed = output("dpkg", "-L", *parts).splitlines()
    paths = [pathlib.Path(line) for line in listed if line.startswith(f"{PACKAGES}/")]
    return [path for path in paths if path.is_file() and metadata not in [path, *path.parents]]


def bare_name(need):
    return normalized(re.match(r"[\w.-]+", need)[0])


def requirements(dist, package, known):
    """
    What it says itself, but of any version, and what its package says: the distribution made them fit each other, and
    leaves some out of the one or of the other.
    """
    own = [re.sub(r"^([\w.-]+(?:\[[^\]]*\])?)[^;]*", r"\1", need) for need in dist.requires or []]
    here = {normalized(name) for name in known.values()}
    own = [need for need in own if bare_name(need) in here]
    names = re.findall(r"(?:^|, )([a-z0-9.+-]+)", output("dpkg-query", "-W", "-f", "${Depends}", package))
    depends = {known[name] for name in names if name in known}
    return own + sorted(name for name in depends if normalized(name) not in map(bare_name, own))


def metadata_text(dist, needs):
    fields = ["Metadata-Version: 2.1", f"Name: {dist.metadata['Name']}", f"Version: {dist.version}"]
    fields += [f"Provides-Extra: {extra}" for extra in dist.metadata.get_all("Provides-Extra") or []]
    return "\n".join(fields + [f"Requires-Dist: {need}" for need in needs]) + "\n"


def record_line(name, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}"


def write_wheel(dist, contents, tag):
    name = re.sub(r"[-_.]+", "_", dist.metadata["Name"])
    info = f"{name}-{dist.version}.dist-info"
    contents = {key.replace("INFO/", f"{info}/", 1): value for key, value in contents.items()}
    contents[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n".encode()
    lines = [record_line(key, value) for key, value in contents.items()] + [f"{info}/RECORD,,"]
    contents[f"{info}/RECORD"] = ("\n".join(lines) + "\n").encode()
    folder = INDEX / normalized(dist.metadata["Name"])
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / f"{name}-{dist.version}-{tag}.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
        for key, value in contents.items():
            wheel.writestr(zipfile.ZipInfo(key, (2020, 1, 1, 0, 0, 0)), value)


def pack(dist, package, known):
    paths = files_of(package, pathlib.Path(dist._path))
    contents = {str(path.relative_to(PACKAGES)): path.read_bytes() for path in paths}
    contents["INFO/METADATA"] = metadata_text(dist, requirements(dist, package, known)).encode()
    scripts = dist.read_text("entry_points.txt")
    if scripts:
        contents["INFO/entry_points.txt"] = scripts.encode()
    machine = f"cp{sys.version_info.major}{sys.version_info.minor}"
    compiled = any(key.endswith(".so") for key in contents)
    write_wheel(dist, contents, f"{machine}-{machine}-linux_{platform.machine()}" if compiled else "py3-none-any")


dists = [dist for dist in importlib.metadata.distributions(path=[str(PACKAGES)])]
owners = {dist: owner(dist._path) for dist in dists}
known = {package: dist.metadata["Name"] for dist, package in owners.items()}
for dist, package in owners.items():
    pack(dist, package, known)
