"""What a witness shows: who it is, which logs it watches, what it cosigned last of each."""

from datetime import UTC, datetime
from html import escape
from typing import Any

from service.audit.witness.home import Home


def status(home: Home) -> dict[str, Any]:
    """Return everything that may be seen from outside: public keys and cosigned checkpoints."""
    return {
        "name": home.name,
        "keys": [key.verifier().vkey() for key in home.signers()],
        "refused": home.count_evidence(),
        "logs": [
            {
                "origin": log.origin,
                "file_name": log.file_name,
                "size": last.size,
                "root": last.root,
                "cosigned_at": _moment(last.at),
                "note": last.note,
            }
            for log in home.logs().values()
            for last in (home.last(log),)
        ],
    }


def html(said: dict[str, Any]) -> str:
    """Return the page, in both languages."""
    rows = "".join(
        f"<tr><td>{escape(one['origin'])}<td>{one['size']:,}<td><code>{escape(one['root'])}</code>"
        f"<td>{escape(one['cosigned_at'] or '—')}<td>"
        + (f"<a href='cosigned/{one['file_name']}'>note 原文</a>" if one["note"] else "—")
        for one in said["logs"]
    )
    keys = "".join(f"<p><code>{escape(key)}</code>" for key in said["keys"])
    refused = (
        f"<p><strong>{said['refused']} signed checkpoints were refused and are kept as evidence. "
        f"已拒绝并留存 {said['refused']} 份带签名的检查点。</strong>"
        if said["refused"]
        else ""
    )
    return f"""<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{escape(said["name"])}</title>
<style>body{{font:16px/1.6 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse;display:block;overflow-x:auto}}td,th{{padding:.4rem .8rem;text-align:left;border-bottom:1px solid #999}}
code{{overflow-wrap:anywhere}}p code{{font-size:12px}}</style>
<h1>{escape(said["name"])}</h1>
<p>本见证服务只在日志“只增不改”时联署其检查点；下表为最近一次联署的内容，任何人可与日志公布的内容比对。
<p lang="en">This witness cosigns a log’s checkpoint only when the log was proved to have grown and changed nothing.
Below is what it cosigned last; anybody may compare it with what the log shows.
{refused}<table><tr><th>日志 Log<th>条数 Entries<th>根 Root<th>联署时间 Cosigned at (UTC)<th>{rows}</table>
<h2>公钥 Keys</h2>{keys}
</html>
"""


def _moment(at: int) -> str | None:
    return datetime.fromtimestamp(at, UTC).isoformat() if at else None
