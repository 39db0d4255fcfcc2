"""The command of the single file: verify an exported log or a proof, and say what was found."""

import json
import sys
from pathlib import Path
from typing import Any

from service.audit.standalone.bundle import Report, unreadable, verify_bundle
from service.audit.standalone.classes import MEANING, NOT_COMPARED, UNREADABLE, Wrong
from service.audit.standalone.ed25519 import PURE, Crypto
from service.audit.standalone.notes import Trust, read_trust
from service.audit.standalone.proofs import PROOF_BYTES_MAX, Proofs, check_proofs, is_proof

_USAGE = "usage: verify_log.py FILE [--trust TRUST.json] [--head CHECKPOINT]... [--json] [--strict]"


def trust_from(path: Path | None, heads: list[Path]) -> Trust | None:
    """Return what the verifier holds, from files; None where nothing is given. Raises Wrong."""
    try:
        if path is None:
            if heads:
                raise unreadable(
                    "A checkpoint needs --trust beside it.", "检查点须与 --trust 同用。"
                )
            return None
        found = read_trust(path.read_bytes())
    except OSError as error:
        why = type(error).__name__
        raise unreadable(f"The trusted keys cannot be read: {why}.", "可信公钥无法读取。") from None
    found.heads += [read_outside(one) for one in heads]
    return found


def read_outside(path: Path) -> str:
    """Return a checkpoint that was kept outside; raises Wrong."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = type(error).__name__
        raise unreadable(f"The checkpoint cannot be read: {why}.", "检查点无法读取。") from None


def verify_file(path: Path, trust: Trust | None, crypto: Crypto = PURE) -> dict[str, Any]:
    """Verify what a file is, a log or a proof; return what is said of it. Raises nothing."""
    try:
        with path.open("rb") as stream:
            content = stream.read(PROOF_BYTES_MAX)
    except OSError as error:
        why = error.strerror or type(error).__name__
        return said_of(unreadable(f"{path} cannot be read: {why}.", f"{path} 无法读取。"))
    if not content.startswith(b"PK") and is_proof(content):
        try:
            if trust is None:
                raise unreadable("A proof is checked with --trust.", "核验证明须给出 --trust。")
            return said_of_proofs(check_proofs(content, trust, crypto))
        except Wrong as wrong:
            return said_of(wrong)
    return said_of_log(verify_bundle(path, trust, crypto))


def said_of_log(report: Report) -> dict[str, Any]:
    """Return a report as one JSON object."""
    return {
        **said_of(report.wrong, is_compared=report.is_compared),
        "origin": report.origin,
        "entries": report.entries,
        "root": report.root,
        "checkpoints": report.checkpoints,
        "cosigned": report.cosigned,
        "cosignatures_unchecked": report.is_partly_checked,
        "anchors_unchecked": report.are_anchors_partly_checked,
        "anchors": [{"size": one.size, "stamped_at": one.stamped_at} for one in report.anchors],
    }


def said_of_proofs(found: Proofs) -> dict[str, Any]:
    """Return what proofs prove as one JSON object."""
    proofs = [
        {"index": one.index, "size": one.size, "cosigned": list(one.cosigned), "said": one.said}
        for one in found.entries
    ]
    return {**said_of(None), "proofs": proofs, "line": found.line}


def said_of(wrong: Wrong | None, *, is_compared: bool = True) -> dict[str, Any]:
    """Return the verdict itself: class, sentence, first wrong entry."""
    code = wrong.code if wrong else 0 if is_compared else NOT_COMPARED
    return {
        "verified": wrong is None,
        "code": code,
        "class": MEANING[code][0] if code else "",
        "class_zh": MEANING[code][1] if code else "",
        "first_bad": wrong.index if wrong else None,
        "sentence": wrong.said if wrong else "",
        "sentence_zh": wrong.said_zh if wrong else "",
    }


def told(said: dict[str, Any]) -> list[str]:
    """Return what people read, line by line."""
    lines = []
    if "entries" in said:
        lines.append(f"entries      {said['entries']}")
        lines.append(f"root         {said['root']}")
        lines.append(f"checkpoints  {said['checkpoints']}")
        # With a witness named, what verifies is cosigned to its end.
        unnamed = said["verified"] and not said["cosigned"] and said["entries"]
        cosigned = "- (no witness was named 未指明见证方)" if unnamed else said["cosigned"]
        lines.append(f"cosigned     {cosigned}")
        if said.get("cosignatures_unchecked"):
            lines.append("ML-DSA cosignatures are not checked here. 此处不核验 ML-DSA 联署。")
        if said.get("anchors_unchecked"):
            lines.append(
                "Who signed the time-stamps was not checked. 此处未核验时间戳由何机构签发。"
            )
        lines += [f"time-stamp   {one['size']}  {one['stamped_at']}" for one in said["anchors"]]
    for one in said.get("proofs", ()):
        act, thing = one["said"].get("act"), one["said"].get("object", {})
        lines.append(f"entry        {one['index']} of {one['size']}: {act} {thing.get('type')}")
        lines.append(f"  at         {one['said'].get('at')}")
        lines.append(f"  cosigned   {', '.join(one['cosigned']) or '-'}")
    if said.get("line"):
        lines.append(f"payment      {json.dumps(said['line'], ensure_ascii=False, sort_keys=True)}")
    if not said["verified"]:
        lines.append(f"WRONG ({said['code']}, {said['class']} {said['class_zh']}):")
        lines += [said["sentence"], said["sentence_zh"]]
    elif said["code"] == NOT_COMPARED:
        lines.append("It agrees with itself; give --trust. 内容自洽；请用 --trust 给出可信公钥。")
    else:
        lines.append("Verified. 核验通过。")
    return lines


def exit_code(said: dict[str, Any], *, strict: bool) -> int:
    """Return the exit code: 0, or the class of what is wrong."""
    return 0 if said["code"] == NOT_COMPARED and not strict else int(said["code"])


def main(arguments: list[str]) -> int:
    """Verify the file named; return the exit code."""
    flags = {one for one in arguments if one in ("--json", "--strict")}
    rest, files = [one for one in arguments if one not in flags], dict[str, list[Path]]()
    while rest:
        name = rest.pop(0) if rest[0] in ("--trust", "--head") else "file"
        if not rest or rest[0].startswith("-"):
            break
        files.setdefault(name, []).append(Path(rest.pop(0)))
    if rest or len(files.get("file", ())) != 1 or len(files.get("--trust", ())) > 1:
        sys.stderr.write(f"{_USAGE}\n")
        return UNREADABLE
    try:
        trust = trust_from(next(iter(files.get("--trust", ())), None), files.get("--head", []))
    except Wrong as wrong:
        said = said_of(wrong)
    else:
        said = verify_file(files["file"][0], trust)
    if "--json" in flags:
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(told(said)) + "\n")
    return exit_code(said, strict="--strict" in flags)
