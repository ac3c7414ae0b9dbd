#include "sync/segment/phrases.hpp"

#include <sodium.h>
#include <zstd.h>
#include <catch2/catch.hpp>

#include <array>
#include <memory>
#include <string>

using jiuying::sync::phrase_dictionary_v1;

namespace {

/// Bytes that \p text takes at level 12, behind \p dictionary; checks that it comes back whole.
std::size_t packed_size(std::string_view text, std::string_view dictionary) {
    const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> packer{ZSTD_createCCtx(),
                                                                      ZSTD_freeCCtx};
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    const std::size_t size =
        ZSTD_compress_usingDict(packer.get(), packed.data(), packed.size(), text.data(),
                                text.size(), dictionary.data(), dictionary.size(), 12);
    REQUIRE_FALSE(ZSTD_isError(size));
    const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> unpacker{ZSTD_createDCtx(),
                                                                        ZSTD_freeDCtx};
    std::string back(text.size(), '\0');
    REQUIRE(ZSTD_decompress_usingDict(unpacker.get(), back.data(), back.size(), packed.data(), size,
                                      dictionary.data(), dictionary.size()) == text.size());
    REQUIRE(back == text);
    return size;
}

}  // namespace

TEST_CASE("the phrase dictionary is the one that every reader of version 1 has", "[phrases]") {
    const std::string_view phrases = phrase_dictionary_v1();
    CHECK(phrases.size() == 19576);
    std::array<unsigned char, 32> hash{};
    crypto_generichash(hash.data(), hash.size(),
                       reinterpret_cast<const unsigned char*>(phrases.data()), phrases.size(),
                       nullptr, 0);
    std::array<char, 65> hex{};
    sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
    CHECK(std::string_view{hex.data()} ==
          "2b5e1687259578788f54211a283870973543c3c6aa0ee820f61d0f6d67de5515");
}

TEST_CASE("zstd takes the phrases as raw content, not as a trained dictionary", "[phrases]") {
    CHECK(ZSTD_getDictID_fromDict(phrase_dictionary_v1().data(), phrase_dictionary_v1().size()) ==
          0);
}

TEST_CASE("a single appeal with its reply takes a fifth less behind the phrases", "[phrases]") {
    const std::string text =
        "您好，我们小区门口的道路去年冬天挖开埋管子，一直没有恢复，一到下雨天就积水，老人小孩出行"
        "很不方便。多次打电话反映，都说正在走流程。请相关部门尽快派人修好，谢谢！网友您好，您反映"
        "的问题已收悉。经与街道核实，该路段因近期连续降雨未能铺油，施工单位预计于本月底前完成，给"
        "您带来的不便敬请谅解，感谢您的理解与支持！";
    CHECK(packed_size(text, phrase_dictionary_v1()) * 5 < packed_size(text, "") * 4);
}
