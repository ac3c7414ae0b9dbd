"""The include rule: schema <- sync <- node, and no I/O, clock, thread or randomness in the first
two. They take time, random bytes and input as arguments, so that the simulator can choose them."""
import re

from source_text import code_only, line_of, without_comments

# Standard headers that only compute. What is not listed (thread, fstream, random ...) is refused.
PURE_STANDARD = set("""
algorithm any array bit bitset cassert cctype cfloat charconv chrono cinttypes climits cmath compare
complex concepts cstdarg cstddef cstdint cstdio cstdlib cstring deque exception forward_list
functional initializer_list iosfwd istream iterator limits list map memory memory_resource new
numbers numeric optional ostream queue ranges ratio set source_location span sstream stack stdexcept
streambuf string string_view tuple type_traits typeindex typeinfo unordered_map unordered_set
utility variant vector version
""".split())

# Our own folders that a layer may include, and the libraries (by prefix).
LAYERS = {
    "schema": {"own": ("schema/",), "libraries": ("boost/system/",)},
    "sync": {"own": ("schema/", "sync/"),
             "libraries": ("boost/system/", "boost/container/", "sodium.h", "sodium/", "zstd.h",
                           "zdict.h", "cereal/")},
    "node": {"own": ("schema/", "sync/", "node/"), "libraries": None},
}
REFUSED_LIBRARIES = ("sodium/randombytes", "cereal/archives/")

IMPURE = [(re.compile(pattern), what) for pattern, what in [
    (r"::\s*now\s*\(", "reads a clock"),
    (r"\b(?:gettimeofday|clock_gettime)\b|\bstd::time\b|\btime\s*\(\s*(?:nullptr|NULL|0)\s*\)",
     "reads a clock"),
    (r"\brandom_device\b|\brandombytes_|\bstd::rand\b|\bsrand\s*\(", "draws randomness"),
    (r"\bcrypto_\w+_keygen\s*\(|\bcrypto_(?!\w*seed_keypair)\w+_keypair\s*\("
     r"|\bcrypto_box_seal\s*\(|\bcrypto_pwhash_str\s*\(|\bcrypto_core_\w+_random\s*\(",
     "draws randomness inside libsodium"),
    (r"\b(?:fopen|freopen|popen|tmpfile|getenv)\s*\(|\bstd::(?:cin|cout|cerr|clog)\b", "does I/O"),
    (r"\bstd::(?:jthread|thread|mutex|shared_mutex|async|condition_variable)\b|\bthis_thread\b",
     "uses threads"),
]]

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:<([^>\n]+)>|"([^"\n]+)"|(\S+))', re.M)


def _judge_system(layer, name):
    rules = LAYERS[layer]
    if name.startswith(tuple(f"{other}/" for other in LAYERS)):
        return "own headers are included with quotes"
    if rules["libraries"] is None:
        return None
    if name in PURE_STANDARD:
        return None
    if name.startswith(rules["libraries"]) and not name.startswith(REFUSED_LIBRARIES):
        return None
    return f"<{name}> is not for {layer}/ (no I/O, clock, thread or randomness)"


def check(root, path, text):
    """Yields (line, message) for one file, a path relative to `root`."""
    layer = path.parts[0]
    if layer not in LAYERS or path.suffix not in (".hpp", ".cpp"):
        return
    for match in _INCLUDE.finditer(without_comments(text)):
        line = line_of(text, match.start(0))
        system, own, macro = match.groups()
        if macro:
            yield line, "an include by macro hides what is included"
        elif system:
            complaint = _judge_system(layer, system)
            if complaint:
                yield line, complaint
        elif not own.startswith(LAYERS[layer]["own"]):
            yield line, f'"{own}": {layer}/ includes only {", ".join(LAYERS[layer]["own"])}'
        elif not (root / own).is_file():
            yield line, f'"{own}" does not exist'
    if layer == "node":
        return
    code = code_only(text)
    for pattern, what in IMPURE:
        for match in pattern.finditer(code):
            yield line_of(code, match.start()), f"{match[0].strip()} {what}: pass it in"
