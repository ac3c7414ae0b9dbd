#!/usr/bin/env python3
"""Proves that the lint catches what it claims to: each offending snippet below is planted in a
small tree of its own and must be found, each clean one must not."""
import sys
import tempfile
from pathlib import Path

import lint
import tree_rules

HEADER = "/// What it is.\n#pragma once\n"
UNFINISHED = "TO" "DO"
ELSEWHERE = "/" "work" "/main"

# (path, text, a part of the expected message)
OFFENDING = [
    ("node/cli/errors.hpp", HEADER + "enum class Error : int {\n    never_given = 199,\n};\n",
     "no command gives the error never_given"),
    ("node/cli/errors.hpp", HEADER + "enum Error {};\n", "not where the lint looks"),
    ("schema/a.cpp", '#include "sync/b.hpp"\n', "schema/ includes only"),
    ("schema/a.cpp", '#include "node/b.hpp"\n', "schema/ includes only"),
    ("sync/a.cpp", '#include "node/b.hpp"\n', "sync/ includes only"),
    ("sync/a.cpp", '  #  include "node/b.hpp"\n', "sync/ includes only"),
    ("sync/a.cpp", '#include "b.hpp"\n', "sync/ includes only"),
    ("sync/a.cpp", '#include "sync/absent.hpp"\n', "does not exist"),
    ("sync/a.cpp", "#include <sync/b.hpp>\n", "with quotes"),
    ("sync/a.cpp", "#include HEADER_NAME\n", "by macro"),
    ("node/a.cpp", '#include "tests/support/b.hpp"\n', "node/ includes only"),
    *[(f"{layer}/a.cpp", f"#include <{name}>\n", f"<{name}> is not for {layer}/")
      for layer in ("schema", "sync")
      for name in ("boost/asio.hpp", "sqlite3.h", "thread", "mutex", "fstream", "filesystem",
                   "random", "iostream", "unistd.h", "sys/socket.h", "future", "atomic",
                   "cereal/archives/binary.hpp", "sodium/randombytes.h")],
    ("schema/a.cpp", "#include <sodium.h>\n", "is not for schema/"),
    ("schema/a.cpp", "#include <zstd.h>\n", "is not for schema/"),
    ("sync/a.cpp", "auto t = std::chrono::system_clock::now();\n", "reads a clock"),
    ("sync/a.cpp", "auto t = Clock::\n    now ();\n", "reads a clock"),
    ("schema/a.cpp", "auto t = std::time(nullptr);\n", "reads a clock"),
    ("schema/a.cpp", "std::random_device d;\n", "draws randomness"),
    ("sync/a.cpp", "randombytes_buf(p, n);\n", "draws randomness"),
    ("sync/a.cpp", "crypto_box_keypair(a, b);\n", "inside libsodium"),
    ("sync/a.cpp", "crypto_aead_xchacha20poly1305_ietf_keygen(k);\n", "inside libsodium"),
    ("sync/a.cpp", "crypto_box_seal(a, b, c, d);\n", "inside libsodium"),
    ("sync/a.cpp", 'std::fopen("x", "r");\n', "does I/O"),
    ("sync/a.cpp", "std::cerr << 1;\n", "does I/O"),
    ("sync/a.cpp", "std::mutex m;\n", "uses threads"),
    ("node/a.cpp", "if (co_await f()) g();\n", "inside the head of `if`"),
    ("node/a.cpp", "if (const bool x = co_await f(); x) g();\n", "inside the head of `if`"),
    ("node/a.cpp", "while (a &&\n   !(co_await f())) g();\n", "inside the head of `while`"),
    ("node/a.cpp", "switch (co_await f()) {}\n", "inside the head of `switch`"),
    ("tests/sim/a.cpp", "if (co_await f()) g();\n", "inside the head of `if`"),
    ("node/a.cpp", "co_await f([&] { return 1; });\n", "capturing lambda"),
    ("node/a.cpp", "x = co_await f(1, [this, n](int i) { g(i); }, h);\n", "capturing lambda"),
    ("node/a.cpp", "co_await [=]() -> awaitable<void> { co_return; }();\n", "capturing lambda"),
    ("node/a.cpp", "co_await line.send(Send{m});\n", "braced temporary"),
    ("node/a.cpp", "co_await line.send({m, n});\n", "braced temporary"),
    ("node/a.cpp", "co_await f(token_t<>{});\n", "braced temporary"),
    ("node/a.cpp", "int x;\n" * 501, "501 lines"),
    ("tests/unit/a.cpp", "//" + "x" * 99 + "\n", "101 columns"),
    ("node/a.cpp", "int x; \n", "trailing blanks"),
    ("node/a.cpp", "\tint x;\n", "a tab"),
    ("node/a.cpp", f"// {UNFINISHED}: later\n", "unfinished"),
    ("packaging/a.sh", f"# {UNFINISHED}\n", "unfinished"),
    ("docs/a.md", f"See {ELSEWHERE}/x.\n", "a path of one machine"),
    ("tests/a.py", f'open("{ELSEWHERE}/x")\n', "a path of one machine"),
    ("docs/a.md", "Call 139" "5517" "6082.\n", "not visibly invented"),
    ("docs/a.md", "110101" "19900307" "0011 or 110101" "19900307" "003X\n", "citizen id"),
    ("docs/a.md", "Write to someone@" "mail.cn\n", "a mail address"),
    ("schema/a.hpp", "#pragma once\nint x;\n", "opens with a comment"),
    ("schema/a.hpp", "/// A.\nint x;\n", "no #pragma once"),
    ("schema/a.hpp", HEADER + "using namespace std;\n", "using namespace"),
    ("libs/a.hpp", HEADER, "not a folder of the house"),
]

CLEAN = [
    ("schema/a.hpp", HEADER + "#include <chrono>\n#include <boost/system/result.hpp>\n"),
    ("sync/a.cpp", "#include <sodium.h>\n#include <zstd.h>\n#include <cereal/cereal.hpp>\n"),
    ("sync/a.cpp", '// #include "node/b.hpp"\n/* #include <thread> */\n'),
    ("sync/a.cpp", 'auto s = "system_clock::now()"; auto r = R"(randombytes_buf("x"))";\n'),
    ("sync/a.cpp", "crypto_sign_seed_keypair(a, b, c); const int n = 1'000'000; open(x);\n"),
    ("sync/a.cpp", "const char q = '\"'; // ::now()\n"),
    ("node/a.cpp", "#include <thread>\n#include <sqlite3.h>\nauto t = Clock::now();\n"),
    ("node/a.cpp", "const bool x = co_await f();\nif (x) g();\n"),
    ("node/a.cpp", "const auto [a, b] = co_await f(x[1], asio::deferred);\nReceiving r{};\n"),
    ("node/a.cpp", "co_await f([](int i) { return Foo{i}; });\n"),
    ("node/a.cpp", "if (x) co_await f();\nfor (const auto& a : b) { co_await g(a); }\n"),
    ("node/a.cpp", "if (auto* p = get(x)) co_await store(*p);\nFoo foo{1};\n"),
    ("docs/a.md", "Call 13900001234; id 110101" "19900307" "0012; write to a@example.org.\n"),
    ("docs/a.md", "Paths like `/var/lib/jiuying`, `DATA/work/x` and ../home/x are no machine's.\n"),
    ("tests/a.sh", "f=$(mktemp -d /tmp/jiuying.XXXXXX)\n"),
]


def found_in(path, text):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / path
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
        return list(lint.findings(Path(folder)))


def check_advice():
    long_function = "void f(int x) {\n" + "    g();\n" * 71 + "}\n"
    table = "constexpr auto t = {\n" + "    1,\n" * 90 + "};\nvoid f() {}\n"
    path = Path("node/a.cpp")
    inside = "namespace a {\nclass B {\n" + long_function + "};\n}\n"
    return [len(list(tree_rules.advice(path, text)))
            for text in (long_function, inside, table)] == [1, 1, 0]


def main():
    failed = 0
    for path, text, expected in OFFENDING:
        found = found_in(path, text)
        if not any(expected in message for message in found):
            failed += 1
            print(f"not caught ({expected}): {path}: {text[:80]!r}, found {found}")
    for path, text in CLEAN:
        found = found_in(path, text)
        if found:
            failed += 1
            print(f"wrongly caught: {path}: {text[:80]!r}: {found}")
    if not check_advice():
        failed += 1
        print("long functions are not told from short ones")
    total = len(OFFENDING) + len(CLEAN) + 1
    print(f"{total - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
