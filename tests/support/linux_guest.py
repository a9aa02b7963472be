"""A Linux of its own in QEMU: Debian's kernel, this machine's programs over a read-only share.

`needs_guest` says what is missing, and lets tests skip with that. The kernel is a package file that
`apt-get download` put into `build/guest` (`.ci/run` does it); what is made of it stays there.
"""

import os
import shlex
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from checkout import ROOT

CACHE = ROOT / "build" / "guest"
#: Program, and Debian's package.
PROGRAMS = {
    "qemu-system-x86_64": "qemu-system-x86",
    "busybox": "busybox-static",
    "cpio": "cpio",
    "depmod": "kmod",
    "modprobe": "kmod",
    "xz": "xz-utils",
    "dpkg-deb": "dpkg",
    "mbimcli": "libmbim-utils",
    "dumpcap": "tshark",
}
MODULES = [
    "virtio_pci",
    "9p",
    "9pnet_virtio",
    "virtio_net",
    "cdc_mbim",
    "xhci_pci",
    "usbmon",
    "8021q",
    "vhci_hcd",
    "af_packet",
]
_MACHINE = (
    "-nodefaults -no-user-config -display none -machine q35 -accel tcg -cpu max -smp 1 -m 256 "
    "-no-reboot -device isa-debug-exit,iobase=0xf4,iosize=1 -device qemu-xhci,id=usb"
)
#: When a run that hangs is ended. On an idle machine all of it takes about a minute; beside other
#: work, which goes before it, many.
LIMIT_S = 900
_PREFIX = "PYTHONPYCACHEPREFIX"
#: The setup header of a Linux image: where its payload is, counted from the end of the set-up.
_SETUP_SECTORS, _PAYLOAD = 0x1F1, 0x248

_INIT = """#!/bin/busybox sh
/bin/busybox mount -t proc none /proc
/bin/busybox mount -t sysfs none /sys
/bin/busybox mount -t devtmpfs none /dev
while read -r module; do /bin/busybox insmod "$module"; done < /modules
mount() { /bin/busybox mount "$@"; }
options=trans=virtio,version=9p2000.L,msize=262144
mount -t 9p -o ro,$options,cache=loose host /new || echo "no share"
mount -t proc none /new/proc
mount -t sysfs none /new/sys
mount -t devtmpfs none /new/dev
/bin/busybox mkdir -p /new/dev/pts /new/dev/shm
mount -t devpts none /new/dev/pts
mount -t tmpfs none /new/dev/shm
mount -t tmpfs none /new/run
/bin/busybox mkdir /new/dev/shm/results
mount -t 9p -o $options,cache=none results /new/dev/shm/results
/bin/busybox ip link set lo up
/bin/busybox chroot /new /bin/sh -c "cd /dev/shm; HOME=/dev/shm exec /bin/sh results/job"
code=$?
/bin/busybox umount /new/dev/shm/results
/bin/busybox printf "\\\\x$(/bin/busybox printf %x $code)" |
  /bin/busybox dd of=/dev/port bs=1 seek=244 count=1 2>/dev/null
/bin/busybox poweroff -f
"""


def missing() -> str:
    """What this machine lacks, empty when it has all."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    lacking = [package for name, package in PROGRAMS.items() if not shutil.which(name, path=path)]
    if os.geteuid():
        lacking.append("the rights of root")
    if not kernels():
        lacking.append(f"a kernel: apt-get download linux-image-6.1.0-*-amd64 in {CACHE.name}/")
    return ", ".join(dict.fromkeys(lacking))


def kernels() -> list[Path]:
    """The kernel packages that are there, the newest last."""
    return sorted(CACHE.glob("linux-image-*_amd64.deb"))


needs_guest = pytest.mark.skipif(bool(missing()), reason=f"no Linux guest: {missing()}")


def run(*command: str | Path, **options: object) -> str:
    environment = {**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"}
    done = subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        **options,  # type: ignore[call-overload]
    )
    return str(done.stdout)


def prepared() -> tuple[Path, Path]:
    """The kernel and the initramfs, made once for each package and list of modules."""
    package = kernels()[-1]
    made = CACHE / package.stem
    kernel, initramfs = made / "vmlinux", made / "initramfs"
    stamp = made / "made-of"
    wanted = " ".join(MODULES) + _INIT
    if stamp.exists() and stamp.read_text() == wanted:
        return kernel, initramfs
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    tree = made / "tree"
    run("dpkg-deb", "-x", package, tree)
    image = next((tree / "boot").glob("vmlinuz-*"))
    version = image.name.removeprefix("vmlinuz-")
    _unpack_kernel(image.read_bytes(), kernel)
    run("depmod", "-b", tree, version)
    _pack_initramfs(tree, version, made / "root", initramfs)
    shutil.rmtree(tree)
    stamp.write_text(wanted)
    return kernel, initramfs


def _unpack_kernel(image: bytes, kernel: Path) -> None:
    """Take the uncompressed kernel out: QEMU boots it directly, which spares seconds."""
    offset, size = struct.unpack_from("<II", image, _PAYLOAD)
    begin = (image[_SETUP_SECTORS] + 1) * 512 + offset
    # The last four bytes are the size of what is packed.
    done = subprocess.run(
        ["xz", "-dc", "--single-stream"],
        input=image[begin : begin + size - 4],
        capture_output=True,
        check=True,
    )
    kernel.write_bytes(done.stdout)


def _pack_initramfs(tree: Path, version: str, root: Path, initramfs: Path) -> None:
    for name in ("bin", "proc", "sys", "dev", "new", "lib"):
        (root / name).mkdir(parents=True)
    shutil.copy(str(shutil.which("busybox")), root / "bin" / "busybox")
    files: list[Path] = []
    for module in MODULES:
        listed = run("modprobe", "-d", tree, "-S", version, "-D", module)
        files += [Path(line.split()[1]) for line in listed.splitlines() if "insmod" in line]
    names = []
    for file in dict.fromkeys(files):
        (root / "lib" / file.name).write_bytes(file.read_bytes())
        names.append(f"/lib/{file.name}")
    (root / "modules").write_text("\n".join(names) + "\n")
    (root / "init").write_text(_INIT)
    (root / "init").chmod(0o755)
    listing = "\n".join(str(each.relative_to(root)) for each in sorted(root.rglob("*")))
    packed = subprocess.run(
        ["cpio", "-o", "-H", "newc", "--quiet"],
        input=listing.encode(),
        cwd=root,
        capture_output=True,
        check=True,
    )
    initramfs.write_bytes(packed.stdout)


class Guest:
    """One run of QEMU: a shell script as its job, in a folder that both see."""

    def __init__(self, folder: Path, job: str, options: Sequence[str] = ()) -> None:
        self.folder = folder
        (folder / "job").write_text(job)
        kernel, initramfs = prepared()
        share = "security_model=none,readonly=on,multidevs=remap"
        command = [
            *("timeout", str(LIMIT_S), "nice", "qemu-system-x86_64", *shlex.split(_MACHINE)),
            *("-kernel", str(kernel), "-initrd", str(initramfs)),
            *("-append", "console=ttyS0 quiet panic=-1 mitigations=off"),
            *("-serial", f"file:{folder / 'console'}"),
            *("-virtfs", f"local,path=/,mount_tag=host,{share}"),
            *("-virtfs", f"local,path={folder},mount_tag=results,security_model=none"),
            *options,
        ]
        self.begun = time.monotonic()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def finish(self) -> int:
        """Wait for the end; the exit code of the job."""
        code = self.process.wait(LIMIT_S + 10)
        assert code % 2 == 1 or code == 0, f"QEMU ended with {code}: {self.console()}"
        return (code - 1) // 2

    def stop(self) -> None:
        """End it, whatever it does."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)

    def console(self) -> str:
        """What the guest printed."""
        path = self.folder / "console"
        return path.read_text(errors="replace") if path.exists() else ""


def python() -> str:
    """The command of this Python with this checkout, its byte code compiled beforehand.

    Compiling in the guest would take seconds, and its share is not to be written to.
    """
    environment = {name: value for name, value in os.environ.items() if name != _PREFIX}
    compiling = [sys.executable, "-m", "compileall", "-q", str(ROOT / "wwanreplay")]
    subprocess.run(compiling, env=environment, check=True)
    return f"PYTHONDONTWRITEBYTECODE=1 PYTHONPATH={ROOT} {sys.executable}"
