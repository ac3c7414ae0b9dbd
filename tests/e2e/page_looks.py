"""Pictures of every page of both programs, to be looked at by a person.

    python3 tests/e2e/page_looks.py FOLDER [--corners] [WORD ...]

Both languages, fonts of 100 and 150 %, windows of 1366x768 and 1024x768, with the records of a
district's week (all invented). WORDs make only the pages whose name has one, --corners only those
of 100 % in the wide window and of 150 % in the narrow one. What a picture cannot show is printed:
pages wider than their window, words cut off, Chinese of ours on English pages.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from firms_desk import BAD, ago, firm_order, set_up, to_visit, uscc  # noqa: E402
from jy import World, add  # noqa: E402
from page_desk import PASSWORD, invited, line_of  # noqa: E402
from test_orders import act  # noqa: E402
from test_page_browser import Cable, Story  # noqa: E402
from test_page_work import upload  # noqa: E402

MATTERS = (
    ("三组村口路灯坏了半个月", "三组村口的路灯坏了半个月，晚上老人孩子走路看不见，上周摔了两个人。问过村里，说要等上面批，请帮忙催一催。", "complaint"),
    ("小区门口井盖松动，电动车经过响一夜", "小区东门口的井盖松动，电动车经过时响一夜，怕孩子踩空，请派人看看。", "help_request"),
    ("自来水下午没有压力，五楼以上断断续续", "从上周开始每天下午四点到七点五楼以上没有水，打过供水公司电话，说在修，没有准信。", "complaint"),
    ("想问外地户口孩子上小学要什么材料", "外地户口，在本区租房两年，孩子明年上小学，想问要准备哪些材料、什么时候报名。", "inquiry"),
    ("菜市场油烟直接排到楼道", "一楼饭店的油烟直接排到楼道，窗户不敢开，和老板说过三次没有用。", "complaint"),
    ("建议在河堤上装几张长椅", "晚上到河堤散步的老人多，建议每隔一百米装一张长椅。", "suggestion"),
    ("感谢四褐山便民中心的同志", "上次办医保转移，工作人员帮我跑了两趟，特来感谢。", "praise"),
)
REQUESTS = (
    ("安徽江北机械制造有限公司", "供水接入受阻，三个月不装表，影响新车间投产"),
    ("芜湖鸠兹新材料科技股份有限公司", "厂门口限高杆挡住货车，每车要绕行十一公里"),
    ("江北甲食品厂", "招工难，想请区里组织专场招聘"),
    ("江北乙包装厂", "用电报装慢，变压器增容报了四十天"),
    ("芜湖鸠兹新材料科技股份有限公司", "危废处置单位排不上队，仓库快满了"),
)


def fill(world, node, cable, hub):
    """A week of a district. Returns the ids that pages are opened with."""
    made = {}
    first = [add(node, title=title, text=text, type=kind, contact="王小二",
                 phone=f"1390000{at:04d}", place="官陡门路 12 号", region="340207001001",
                 registered_at=ago(6 - at % 5))
             for at, (title, text, kind) in enumerate(MATTERS)]
    made["appeal"] = first[0]["id"]
    meeting = node.ok("meeting", "add", "--kind", "salon", "--title", "鸠地聚企业家沙龙（第七期）",
                      "--place", "二坝镇会议室", "--date", ago(1)[:10], "--attendees",
                      "王总,李总,区发改委,区供电公司", "--host", "区发改委")["id"]
    made["meeting"] = meeting
    orders = [firm_order(node, firm, uscc(at), title[:20], meeting=meeting)
              for at, (firm, title) in enumerate(REQUESTS)]
    world.sync(node)
    for at in range(30):
        title, text, kind = MATTERS[at % len(MATTERS)]
        add(hub, title=title, text=text, type=kind, phone=f"1391111{at:04d}", contact="赵先生",
            region="340207001001", registered_at=ago(9 - at % 8))
    bad, waits, lamp = orders[0], orders[1], orders[3]
    for number in (bad, waits):
        to_visit(hub, number)
    act(hub, "visit", bad, "HF1", *BAD)
    act(hub, "rework", bad, "HF1", "--reason", "unsolved")
    act(hub, "escalate", bad, "DB1", "--level", "2", "--reason", "twice")
    act(hub, "supervise", bad, "DB1", "--level", "2", "--text", "请三日内重办")
    act(hub, "instruct", bad, "LD1", "--due", ago(-3), "--text", "请住建局三日内办妥并报告。")
    act(hub, "triage", lamp, "PD1", "--type", "complaint", "--complexity", "complex")
    act(hub, "dispatch", lamp, "PD1", "--unit", "JSJ", "--co-units", "CGJ")
    act(hub, "sign", lamp, "J1")
    made["busy"] = hub.ok("appeal", "show", bad)["id"]
    made["hard"] = bad
    firms = hub.ok("enterprise", "list")["enterprises"]
    made["firm"] = next(one["id"] for one in firms if "江北机械" in one["name"])
    hub.ok("enterprise", "contact", made["firm"], "--text", "说月底前装好，请再等一周",
           "--contact", "王经理", "--as", "QY1")
    firm_order(hub, "江北机械制造厂", title="问新址能不能接天然气")
    case = hub.ok("case", "add", "--title", "老厂区供水管网权属不清", "--cause", "legacy", "--lead",
                  "JSJ", "--target", ago(-60)[:10], "--orders", bad, "--as", "DB1")["id"]
    hub.ok("case", "progress", case, "--text", "已约产权单位开会", "--as", "DB1")
    hub.ok("worklist", "add", "--title", "第七期沙龙诉求清单", "--owner", "DB1", "--items",
           ",".join(orders[:3]), "--as", "DB1")
    # Both sides change a telephone while the link is cut: a conflict.
    world.sync(node)
    number = first[1]["number"]
    node.ok("appeal", "edit", number, "--set", "phone=13900008801", "--as", "W3")
    hub.ok("appeal", "edit", number, "--set", "phone=13900008802", "--reason", "typo", "--as",
           "PD1")
    world.sync(node)
    made["conflict"] = node.ok("conflict", "list")["conflicts"][0]["id"]
    cable.cut()
    for at in range(3):
        title, text, kind = MATTERS[at]
        add(node, title=title + "（又一件）", text=text, type=kind, phone="13900000001")
    return made


def pages(made):
    """Who looks at what: user, and (name, path, clicks)."""
    one = made
    station = [
        ("intake", "/intake", ["fill:#phone=13900000001", "fill:#text=三组村口的路灯又坏了，晚上看不见路"]),
        ("today", "/today", []), ("appeals", "/appeals", []),
        ("appeal", f"/appeals/{one['appeal']}", []),
        ("appeal-edit", f"/appeals/{one['appeal']}", ["section button:has-text('{edit}')"]),
        ("print", f"/print/{one['appeal']}", []), ("conflicts", "/conflicts", []),
        ("conflict", f"/conflicts/{one['conflict']}", []), ("meetings", "/meetings", []),
        ("meeting-add", "/meetings", ["main button.el-button"]),
        ("meeting", f"/meetings/{one['meeting']}", []), ("enterprises", "/enterprises", []),
        ("enterprise", f"/enterprises/{one['firm']}", []), ("import", "/import", []),
        ("sticks", "/sticks", []), ("sync", "/sync", []),
        ("settings", "/settings", []), ("keys", "/today", ["key:?"]),
    ]
    hub = [
        ("board", "/board", []), ("dispatch", "/dispatch", []),
        ("dispatch-one", "/dispatch", [".virtual-row a"]),
        ("dispatch-act", "/dispatch", [".virtual-row a", "section .row button.el-button >> nth=0"]),
        ("today", "/today", []), ("appeals", "/appeals", []),
        ("appeal", f"/appeals/{one['busy']}", []), ("conflicts", "/conflicts", []),
        ("conflict", f"/conflicts/{one['conflict']}", []), ("meetings", "/meetings", []),
        ("meeting", f"/meetings/{one['meeting']}", []), ("enterprises", "/enterprises", []),
        ("enterprise", f"/enterprises/{one['firm']}", []),
        ("supervised", "/supervision/orders", [".slip"]),
        ("watch", "/supervision/watch", [".slip"]),
        ("watch-exit", "/supervision/watch", [".slip", ".bench-one section .row button >> nth=0"]),
        ("cases", "/supervision/cases", [".slip"]), ("lists", "/supervision/lists", [".slip"]),
        ("visits", "/visits", []), ("import", "/import", []), ("sticks", "/sticks", []),
        ("stations", "/stations", []), ("intake", "/intake", []),
    ]
    system = [
        ("stations", "/stations", []), ("lists", "/lists", []),
        ("lists-edit", "/lists", ["table button >> nth=1"]),
        ("lists-reason", "/lists", [".tabs button >> nth=6"]),
        ("lists-reason-add", "/lists", [".tabs button >> nth=6", "section.card button >> nth=0"]),
        ("lists-channel", "/lists", [".tabs button >> nth=7"]),
        ("lists-channel-add", "/lists", [".tabs button >> nth=7", "section.card button >> nth=0"]),
        ("rules", "/rules", []),
    ]
    return [("station", "W3", station), ("hub", "QY1", hub), ("system", "DJ1", system),
            ("users", "S01", [("users", "/users", [])]),
            ("audit", "A01", [("audit", "/audit", [])])]


def main():
    words = [word for word in sys.argv[1:] if word != "--corners"]
    folder = Path(words[0])
    wanted_words = words[1:] or [""]
    with World() as world:
        set_up(world)
        hub_page = world.serve()
        node = world.station("JDJ01")
        world.station("SHG01")
        cable = Cable(world.address)
        world.address, real = cable.address, world.address
        station_page = world.serve_station(node)
        made = fill(world, node, cable, world.hub)
        world.address = real
        clerk = invited(node, station_page, "W3", "recorder,handler", "会甲")
        clerk.ok(clerk.post("/api/drafts/d1", {"text": "没写完的一件：井盖又松了", "phone": ""}))
        upload(clerk, "a.csv", "标题,内容\n路灯,坏了\n".encode())
        hub = world.hub
        invited(hub, hub_page, "QY1", "dispatcher,supervisor,visitor,recorder,leader", "企甲")
        invited(hub, hub_page, "DJ1", "system_admin", "周系")
        invited(hub, hub_page, "S01", "security_admin", "钱安")
        invited(hub, hub_page, "A01", "audit_admin", "孙审")
        links = {"station": line_of(station_page, "page")}
        for name, user, wanted in pages(made):
            some = [one for one in wanted
                    if any(word in f"{name}-{one[0]}" for word in wanted_words)]
            if not some:
                continue
            story = Story("looks.mjs", {
                "link": links.get(name, line_of(hub_page, "page")), "user": user,
                "password": PASSWORD, "name": name, "pages": some, "folder": str(folder),
                "corners": "--corners" in sys.argv})
            facts = story.facts(3600)
            for finding in facts["findings"]:
                print(finding)
            print(f"{name}: {facts['pictures']} pictures", flush=True)


if __name__ == "__main__":
    main()
