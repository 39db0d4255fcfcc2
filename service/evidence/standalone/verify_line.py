"""Check what a payment's pack says of its line: sums, ledger, rules, the signed list and who signed it."""

import hashlib
import json
from base64 import urlsafe_b64decode
from datetime import datetime
from typing import Any
from uuid import UUID

if __package__:
    from service.evidence.standalone import curves
    from service.evidence.standalone.verify_trail import root_of
else:
    import curves  # type: ignore[import-not-found, no-redef]
    from verify_trail import root_of  # type: ignore[import-not-found, no-redef]

SUMS, LINE, SIGNATURE = 4, 5, 6
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_WRITTEN = b"anxin/written-line/v1\x00"
_DOMAIN = b"anxin/batch-signature/v2\x00"


def sums(pack: Any, verdict: Any, wrong: Any) -> None:
    """The parts are the amount, the decision's arithmetic is the decision's, every entry balances."""
    said = pack.json("payment.json")
    amount = said["payment"]["amount_fen"]
    parts = sum(one["fen"] for one in said["amount"]["parts"])
    if not 0 < amount == parts == said["amount"]["amount_fen"]:
        raise wrong(SUMS, "金额与其组成之和不符。", "The parts do not add up to the amount.")
    decided, explained = said["decision"], said["explained"]
    reckoned = (explained or {}).get("arithmetic")
    if decided and reckoned and reckoned["fen"] != decided["amount_fen"]:
        raise wrong(SUMS, "算式结果与核定金额不符。", "The arithmetic is not the amount decided.")
    first = said["amount"]["parts"][0]
    if first["what"] == "decided" and first["fen"] != decided["amount_fen"]:
        raise wrong(
            SUMS, "组成与核定金额不符。", "The parts begin with another amount than decided."
        )
    for entry in said["ledger"]:
        if sum(one["fen"] for one in entry["postings"]) or len(entry["postings"]) < 2:
            raise wrong(
                SUMS,
                f"第 {entry['number']} 号分录借贷不平。",
                f"Entry {entry['number']} does not balance.",
            )
    for reply in said["answers"]["replies"]:
        if reply["outcome"] == "moved" and reply["amount_fen"] not in (None, amount):
            raise wrong(SUMS, "银行回盘金额不同。", "The bank answered for another amount.")
    count = len(said["ledger"])
    verdict.holds.append(
        (f"金额 {amount} 分等于各组成之和；{count} 笔分录借贷平衡。",
         f"{amount} fen are the sum of their parts; {count} ledger entries balance.")
    )  # fmt: skip


def signed(pack: Any, verdict: Any, wrong: Any) -> None:
    """Rules, screening, notice and line are those that the signed manifest binds."""
    said = pack.json("payment.json")
    _rules(pack, verdict, wrong, said)
    if not said["signed"]["manifests"]:
        verdict.unchecked.append(
            ("该笔所在批次尚未签发。", "The payment's list is not signed yet.")
        )
        return
    manifest = pack.json("signed/manifest-1.json", LINE)
    paid = said["payment"]
    names = (
        ("batch_no", "batch_no"),
        ("programme", "programme"),
        ("month", "month"),
        ("round", "round"),
    )
    if any(manifest[one] != paid[other] for one, other in names):
        raise wrong(LINE, "清单不是该批次的。", "The manifest is of another list.")
    if manifest["rule_digest"] != said["rules"]["digest"] or (
        manifest["snapshot_digest"] != said["snapshot_digest"]
    ):
        raise wrong(
            LINE, "规则或数据快照与所签不符。", "Rules or facts are not those that were signed."
        )
    for grounds in ("screening", "notice"):
        expected = manifest.get(f"{grounds}_digest")
        if expected and _digest(pack.files[f"signed/{grounds}.json"]) != expected:
            raise wrong(
                LINE, f"{grounds}.json 与所签不符。", f"{grounds}.json is not what was signed."
            )
    _in_list(pack, verdict, wrong, said, manifest)
    _in_file(pack, verdict, wrong, said, manifest)


def _rules(pack: Any, verdict: Any, wrong: Any, said: Any) -> None:
    rules = said["rules"]
    if rules["file"] is None:
        verdict.unchecked.append(("规则集未留存。", "The rule set was not kept."))
        return
    content = pack.files[rules["file"]]
    if _digest(content) != rules["digest"]:
        raise wrong(LINE, "规则集与摘要不符。", "The rule set is not that of its digest.")
    if rules["text"] and pack.json(rules["text"]) not in json.loads(content).values():
        raise wrong(LINE, "规则文本不在规则集中。", "The rule's text is not in the rule set.")
    decided = said["decision"]
    if decided and decided["rule_digest"] != rules["digest"]:
        raise wrong(LINE, "核定所依据的规则不同。", "The decision was made by other rules.")
    verdict.holds.append(
        (
            f"规则集摘要 {rules['digest'][:16]}… 相符。",
            f"The rules have the digest {rules['digest'][:16]}….",
        )
    )


def _in_list(pack: Any, verdict: Any, wrong: Any, said: Any, manifest: Any) -> None:
    place, paid = said["signed"]["in_list"], said["payment"]
    if place is None:
        verdict.unchecked.append(("该笔不在冻结的名单内。", "The line is not on the frozen list."))
        return
    reached = root_of(
        bytes.fromhex(place["leaf_hash"]), place["index"], place["size"], _path(place)
    )
    if not reached == place["root"] == manifest["lines_root"] or place["size"] != manifest["count"]:
        raise wrong(LINE, "该笔不在所签的名单内。", "The line does not lead to the signed root.")
    if said["shown"] == "whole":
        raw = pack.files["signed/line.json"]
        line = pack.json("signed/line.json", LINE)
        same = (
            line["amount_fen"],
            line["period"],
            line["attempt"],
            line["payee_name"],
            line["line_type"],
        )
        told = (
            paid["amount_fen"],
            paid["period"],
            paid["attempt"],
            paid["payee"],
            paid["line_type"],
        )
        if (
            _leaf(raw) != place["leaf_hash"]
            or same != told
            or reference_of(line["id"]) != paid["reference"]
        ):
            raise wrong(LINE, "该笔与所签的不同。", "The line is not the one that was signed.")
    else:
        verdict.unchecked.append(
            ("姓名账号已脱敏：叶子内容未展示，只核验其位置。",
             "Name and account are masked: the leaf is not shown, only its place is checked.")
        )  # fmt: skip
    index, size = place["index"] + 1, place["size"]
    verdict.holds.append(
        (
            f"该笔为所签名单 {size} 笔中的第 {index} 笔。",
            f"The line is number {index} of the {size} that were signed.",
        )
    )


def _in_file(pack: Any, verdict: Any, wrong: Any, said: Any, manifest: Any) -> None:
    place, paid = said["signed"]["in_file"], said["payment"]
    if place is None:
        return
    files = [one for one in manifest["files"] if one["file_reference"] == place["file_reference"]]
    reached = root_of(
        bytes.fromhex(place["leaf_hash"]), place["index"], place["size"], _path(place)
    )
    if len(files) != 1 or not reached == place["root"] == files[0]["lines_root"]:
        raise wrong(
            LINE,
            "银行文件中的该笔与所签不符。",
            "The line of the bank's file is not what was signed.",
        )
    sent = [
        one for one in said["bank"]["files"] if one["file_reference"] == place["file_reference"]
    ]
    if [one["sha256"] for one in sent] != [files[0]["sha256"]]:
        raise wrong(LINE, "银行文件与所签不符。", "The bank's file is not the one that was signed.")
    if said["shown"] == "whole":
        raw = pack.files["signed/written-line.json"]
        line = pack.json("signed/written-line.json", LINE)
        card = _digest(f"{line['salt']}:card:{paid['account']['number']}".encode())
        name = _digest(f"{line['salt']}:name:{paid['payee'] or ''}".encode())
        same = (line["card"], line["name"], line["amount_fen"], line["reference"])
        if _leaf(_WRITTEN + raw) != place["leaf_hash"] or same != (
            card, name, paid["amount_fen"], paid["reference"],
        ):  # fmt: skip
            raise wrong(
                LINE,
                "户名、账号或金额与所签不符。",
                "Name, account or amount are not what was signed.",
            )
    verdict.holds.append(
        ("银行文件及该笔与所签相符。", "The bank's file and this line of it are what was signed.")
    )


def signatures(pack: Any, verdict: Any, wrong: Any, content: str) -> None:
    """Every manifest is signed by the key that its signature names, where this program knows the algorithm."""
    if not pack.json(content)["signed"]["manifests"]:
        return
    given = pack.json("signed/signatures.json", SIGNATURE)["signatures"]
    for one in given:
        name = f"signed/manifest-{one['position']}.json"
        manifest, raw = pack.json(name, SIGNATURE), pack.files[name]
        if manifest["format"] == "anxin/batch-manifest/v1":
            verdict.unchecked.append(
                ("旧版签名未核验。", "A signature of version 1 is not checked here.")
            )
            continue
        message = _message(manifest, hashlib.sha256(raw).digest(), one)
        held = _held(one, message)
        by = f"{one['organisation']} {one['name']}"
        if held is None:
            verdict.unchecked.append(
                (f"{by} 的 {one['algorithm']} 签名须用 anxin signing verify 核验。",
                 f"The {one['algorithm']} signature of {by} needs anxin signing verify.")
            )  # fmt: skip
        elif not held:
            raise wrong(SIGNATURE, f"{by} 的签名无效。", f"The signature of {by} does not hold.")
        else:
            verdict.holds.append(
                (
                    f"{by} 的签名有效（{one['algorithm']}）。",
                    f"The signature of {by} holds ({one['algorithm']}).",
                )
            )
    if any(one["certificate"] for one in given):
        verdict.unchecked.append(
            ("证书链与吊销状态未核验。", "Certificates and their revocation are not checked here.")
        )
    if "signed/time-stamp.tsr" in pack.files:
        verdict.unchecked.append(
            ("时间戳可用 OpenSSL 核验。", "The time-stamp can be checked with OpenSSL.")
        )


def _held(one: Any, message: bytes) -> bool | None:
    """Return whether a signature holds; None for an algorithm that is not reckoned here."""
    key, signature = bytes.fromhex(one["public_key"]), bytes.fromhex(one["signature"])
    if one["algorithm"] == "Ed25519":
        return curves.ed25519(key, message, signature)
    if one["algorithm"] == "ECDSA-P256":
        return curves.p256(key, message, signature)
    if one["algorithm"] == "WebAuthn-ES256":
        client = bytes.fromhex(one["evidence"]["client_data_json"])
        asked = json.loads(client)["challenge"]
        if urlsafe_b64decode(asked + "=" * (-len(asked) % 4)) != message:
            return False
        data = bytes.fromhex(one["evidence"]["authenticator_data"])
        return curves.p256(key, data + hashlib.sha256(client).digest(), signature)
    return None


def _message(manifest: Any, digest: bytes, one: Any) -> bytes:
    role = one["role"].encode()
    until = int(datetime.fromisoformat(one["expires_at"]).timestamp())
    return hashlib.sha256(
        _DOMAIN + digest + UUID(manifest["batch_id"]).bytes + manifest["round"].to_bytes(4, "big")
        + UUID(one["officer"]).bytes + len(role).to_bytes(2, "big") + role
        + bytes.fromhex(one["nonce"]) + until.to_bytes(8, "big")
    ).digest()  # fmt: skip


def reference_of(number: int) -> str:
    """Return the reference by which banks know a line: base 32, and a character that checks it."""
    body = "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(12)))
    weighed = (weight * _ALPHABET.index(one) for weight, one in enumerate(body, start=1))
    return body + _ALPHABET[sum(weighed) % 31]


def _leaf(content: bytes) -> str:
    return hashlib.sha256(b"\x00" + content).hexdigest()


def _path(place: Any) -> list[bytes]:
    return [bytes.fromhex(one) for one in place["path"]]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
