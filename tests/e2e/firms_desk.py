"""What the tests about enterprises share: a district, valid credit codes, the way of an order."""

import datetime
import json

from test_orders import act
from test_rows_dispatch import classed, district

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
UNITS = """code,name,active,station,successor
SHG01,四褐山街道便民服务中心,是,SHG01,
EBZ01,二坝镇便民服务中心,是,EBZ01,
JDJ01,鸠地聚沙龙,是,JDJ01,
SWJ,区水务局,是,EBZ01,
JSJ,区住建局,是,,
CGJ,区城管局,是,,
LYJ,区路灯所,否,,JSJ
"""
STAFF = """code,name,unit,posts
PD1,派甲,QZX,派单岗
DB1,督甲,QZX,督办岗
DB2,督乙,QZX,督办岗
HD1,回甲,QZX,回复岗
HF1,访甲,QZX,回访岗
LD1,领甲,QZX,领导
LD2,领乙,QZX,领导
DJ1,登甲,QZX,登记岗
QY1,企甲,QZX,为企专岗
W1,站甲,SHG01,登记岗
W2,站乙,SHG01,回访岗
W3,会甲,JDJ01,回访岗
S1,水甲,SWJ,
J1,建甲,JSJ,
C1,城甲,CGJ,
"""
PASS = ("--method", "phone", "--reached", "yes")
GOOD = (*PASS, "--grade", "satisfied", "--solved", "yes")
BAD = (*PASS, "--grade", "dissatisfied", "--text", "没解决")


def uscc(serial):
    """A unified credit code with its check character (GB 32100-2015)."""
    body = "91340207" + "MA" + f"{serial:07d}"
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + ALPHABET[(31 - total % 31) % 31]


def set_up(world, **more):
    district(world, **{"unit": UNITS, "staff": STAFF, **more})


def ago(days):
    """RFC 3339, that many days before now."""
    at = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8)))
    return (at - datetime.timedelta(days=days)).isoformat(timespec="seconds")


def firm_order(node, firm="安徽江北机械厂", code=None, title="用电报装慢", **fields):
    body = {"type": "complaint", "title": title, "text": title + "，请协调", "phone": "13900000001",
            "enterprise": firm, **fields}
    if code:
        body["uscc"] = code
    return node.ok("appeal", "add", "--from", "-",
                   stdin=json.dumps(body, ensure_ascii=False))["number"]


def to_visit(hub, number, unit="JSJ", actor="J1", **reply):
    """To the door of the return visit: classified if it was not, handled, reviewed."""
    if hub.ok("appeal", "show", number)["state"] == "received":
        classed_at(hub, number)
        act(hub, "dispatch", number, "PD1", "--unit", unit)
        act(hub, "sign", number, actor)
        act(hub, "contact", number, actor, "--method", "phone", "--reached", "yes")
    extra = [word for key, value in reply.items() for word in ("--" + key, value)]
    act(hub, "reply", number, actor, "--answer", "已办理", "--solved", "yes", *extra)
    act(hub, "review", number, "HD1", "--pass")


def classed_at(hub, number):
    act(hub, "triage", number, "PD1", "--type", "complaint", "--complexity", "complex")


def watch(hub, number):
    return hub.ok("appeal", "show", number)["order"]["watch"]


def fired(hub, number):
    """The triggers that an order has, in the order of firing."""
    shown = watch(hub, number)
    return [] if shown is None else [one["trigger"] for one in shown["triggers"]]


__all__ = ["ALPHABET", "BAD", "GOOD", "PASS", "ago", "classed", "classed_at", "fired",
           "firm_order", "set_up", "to_visit", "uscc", "watch"]
