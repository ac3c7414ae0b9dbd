#include "sync/segment/compression.hpp"

#include "schema/assert.hpp"
#include "sync/segment/dense_text.hpp"
#include "sync/segment/phrases.hpp"

#include <zstd.h>

#include <array>
#include <memory>

namespace jiuying::sync {
namespace {

/// Little-endian 0xFD2FB528, as RFC 8878 has it.
constexpr std::array<std::uint8_t, 4> magic{0x28, 0xB5, 0x2F, 0xFD};

constexpr int small_level = 19;
/// Two characters of dense text, the usual length of a word, are four bytes.
constexpr int word_match = 4;
/// A column at least this long gets zstd blocks, and so entropy tables, of its own.
constexpr std::size_t block_worth_its_header = 1024;

struct FreeCompressor {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
struct FreeDecompressor {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};
struct FreeCompressorDictionary {
    void operator()(ZSTD_CDict* dictionary) const { ZSTD_freeCDict(dictionary); }
};

/// The dictionary's bytes: our phrases as they stand in columns of texts. Made once.
std::string_view phrases() {
    static const Bytes dense = [] {
        Bytes bytes;
        JY_ASSERT(append_dense(bytes, phrase_dictionary_v1()));
        return bytes;
    }();
    return as_text(dense);
}

/// Digested once: a small segment must not pay for indexing all phrases. Never changes.
const ZSTD_CDict* phrases_for_compression() {
    static const std::unique_ptr<ZSTD_CDict, FreeCompressorDictionary> dictionary = [] {
        const std::string_view bytes = phrases();
        return std::unique_ptr<ZSTD_CDict, FreeCompressorDictionary>{
            ZSTD_createCDict(bytes.data(), bytes.size(), small_level)};
    }();
    return dictionary.get();
}

void set(ZSTD_CCtx* context, ZSTD_cParameter parameter, int value) {
    const std::size_t code = ZSTD_CCtx_setParameter(context, parameter, value);
    JY_ASSERT(ZSTD_isError(code) == 0);
}

/// The cuts that leave columns of a worthwhile size apart.
std::vector<std::size_t> useful_cuts(const PackedColumns& columns) {
    std::vector<std::size_t> useful;
    std::size_t before = 0;  // Where the last column ended.
    std::size_t block = 0;   // Where the present block begins.
    for (const std::size_t cut : columns.cuts) {
        const bool large = cut - before >= block_worth_its_header;
        if (large && before - block >= block_worth_its_header / 4) useful.push_back(before);
        if (large && cut < columns.bytes.size()) useful.push_back(cut);
        if (large) block = cut;
        before = cut;
    }
    return useful;
}

/// One frame without its magic, with a new block at each cut.
Bytes compress_frame(const PackedColumns& columns, int level, const ZSTD_CDict* dictionary) {
    const View input = columns.bytes;
    const std::vector<std::size_t> cuts = useful_cuts(columns);
    const std::unique_ptr<ZSTD_CCtx, FreeCompressor> context{ZSTD_createCCtx()};
    JY_ASSERT(context != nullptr);
    set(context.get(), ZSTD_c_compressionLevel, level);
    set(context.get(), ZSTD_c_contentSizeFlag, 0);
    set(context.get(), ZSTD_c_checksumFlag, 0);
    set(context.get(), ZSTD_c_dictIDFlag, 0);
    JY_ASSERT(ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(context.get(), input.size())) == 0);
    if (level < small_level) set(context.get(), ZSTD_c_minMatch, word_match);
    if (dictionary != nullptr) {
        JY_ASSERT(ZSTD_isError(ZSTD_CCtx_refCDict(context.get(), dictionary)) == 0);
    }
    Bytes out(ZSTD_compressBound(input.size()) + 16 * (cuts.size() + 1));
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    ZSTD_inBuffer from{input.data(), 0, 0};
    const auto push = [&](std::size_t end, ZSTD_EndDirective directive) {
        from.size = end;
        const std::size_t left = ZSTD_compressStream2(context.get(), &to, &from, directive);
        JY_ASSERT(left == 0);  // The output was made large enough, and there is enough memory.
    };
    for (const std::size_t cut : cuts) push(cut, ZSTD_e_flush);
    push(input.size(), ZSTD_e_end);
    out.resize(to.pos);
    out.erase(out.begin(), out.begin() + magic.size());
    return out;
}

}  // namespace

Compressed compress(const ColumnWriter& writer, const Proof& proof, int level) {
    const PackedColumns columns = writer.pack(proof, Packing::bytes);
    JY_ASSERT(columns.bytes.size() <= segment_raw_max);
    const bool small = columns.bytes.size() < small_raw_size;
    Compressed best{compress_frame(columns, small ? small_level : level, nullptr), Dictionary::none,
                    columns.bytes.size()};
    const auto try_also = [&](const PackedColumns& packed, Dictionary dictionary) {
        const ZSTD_CDict* prefix =
            dictionary == Dictionary::none ? nullptr : phrases_for_compression();
        Bytes bytes = compress_frame(packed, small_level, prefix);
        if (bytes.size() >= best.bytes.size()) return;
        best = {std::move(bytes), dictionary, packed.bytes.size()};
    };
    if (small) try_also(columns, Dictionary::phrases_v1);
    if (columns.bytes.size() < tiny_raw_size) {
        const PackedColumns tight = writer.pack(proof, Packing::bits);
        try_also(tight, Dictionary::none);
        try_also(tight, Dictionary::phrases_v1);
    }
    append(best.bytes, columns.stored);
    return best;
}

Result<Decompressed> decompress(View body, std::size_t raw_size, Dictionary dictionary) {
    if (raw_size > segment_raw_max) return Errc::too_large;
    if (raw_size == 0) return Errc::malformed;  // Columns have at least their first byte.
    const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context{ZSTD_createDCtx()};
    JY_ASSERT(context != nullptr);
    const std::string_view prefix =
        dictionary == Dictionary::phrases_v1 ? phrases() : std::string_view{};
    // In one piece, each frame is written straight to its place: no window buffer is allocated,
    // whatever size a frame claims to need.
    Bytes frames{magic.begin(), magic.end()};
    append(frames, body);
    View rest = frames;
    Decompressed result;
    result.columns.resize(raw_size);
    for (std::size_t done = 0; done < raw_size;) {
        const std::size_t size = ZSTD_findFrameCompressedSize(rest.data(), rest.size());
        if (ZSTD_isError(size) != 0) return Errc::malformed;
        const std::size_t written =
            ZSTD_decompress_usingDict(context.get(), result.columns.data() + done, raw_size - done,
                                      rest.data(), size, prefix.data(), prefix.size());
        if (ZSTD_isError(written) != 0) return Errc::malformed;
        done += written;
        rest = rest.subspan(size);
    }
    result.used = body.size() - rest.size();
    return result;
}

}  // namespace jiuying::sync
