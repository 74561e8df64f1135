"""Write deploy/seccomp.json, the system calls that the container's processes may make.

    python scripts/seccomp.py > deploy/seccomp.json

They are what systemd counts as those of an ordinary service (`systemd-analyze syscall-filter`), less what an
auditor has no use for, and with what the browser's sandbox needs: a user namespace of its own (`clone` and
`unshare`, which Docker's own profile forbids for it), an empty root (`chroot`) and a filter (`seccomp`).
"""

import json
import re
import subprocess
import sys

ORDINARY = "@system-service"
FOR_THE_SANDBOX = ("chroot", "seccomp", "@pkey")
OF_NO_USE = (
    "@keyring",
    "clone3",  # whose flags no filter can see; the C library falls back to clone
    "io_uring_enter",
    "io_uring_register",
    "io_uring_setup",
    "kcmp",
    "personality",
    "process_vm_readv",
    "process_vm_writev",
    "setns",
    "userfaultfd",
)
NAMESPACES = (
    "clone",
    "unshare",
)  # with these flags forbidden: the sandbox makes user, pid and net ones alone
FORBIDDEN = 0x0E020000  # CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC of linux/sched.h
ENOSYS = 38  # so that a newer C library falls back to an older call


def members(group: str) -> set[str]:
    """The calls of a group, those of groups within it too."""
    if not group.startswith("@"):
        return {group}
    said = subprocess.run(
        ["systemd-analyze", "syscall-filter", "--no-pager", group], capture_output=True, text=True, check=True
    )
    found = re.findall(r"^ {4}(@?[a-z0-9_-]+)$", said.stdout, re.MULTILINE)
    return set().union(*map(members, found))


def profile() -> dict[str, object]:
    allowed = set().union(*map(members, (ORDINARY, *FOR_THE_SANDBOX))) - set().union(*map(members, OF_NO_USE))
    return {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": ENOSYS,
        "archMap": [
            {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"]},
            {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"]},
        ],
        "syscalls": [
            {"names": sorted(allowed.difference(NAMESPACES)), "action": "SCMP_ACT_ALLOW"},
            {
                "names": list(NAMESPACES),
                "action": "SCMP_ACT_ALLOW",
                "args": [{"index": 0, "value": FORBIDDEN, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}],
            },
        ],
    }


if __name__ == "__main__":
    json.dump(profile(), sys.stdout, indent=1)
    print()
