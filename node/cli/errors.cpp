#include "node/cli/errors.hpp"

#include "schema/assert.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace jiuying::node {
namespace {

struct DetailName {
    std::string_view key;  ///< In JSON.
    Wording label;         ///< In text.
};

const DetailName& name_of(Detail kind) {
    static constexpr std::array names{
        DetailName{"command", {"命令", "command"}},
        DetailName{"option", {"选项", "option"}},
        DetailName{"field", {"字段", "field"}},
        DetailName{"row", {"行号", "row"}},
        DetailName{"path", {"路径", "path"}},
        DetailName{"address", {"地址", "address"}},
        DetailName{"id", {"编号", "id"}},
        DetailName{"limit", {"上限", "limit"}},
        DetailName{"reason", {"原因", "reason"}},
        DetailName{"guard", {"规则", "rule"}},
        DetailName{"choices", {"可用", "valid"}},
        DetailName{"unit", {"应为单位", "unit instead"}},
    };
    const auto index = static_cast<std::size_t>(kind);
    JY_ASSERT(index < names.size());
    return names[index];
}

std::string filled(std::string_view text, std::string_view program) {
    static constexpr std::string_view mark = "{program}";
    std::string out;
    for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark)) {
        out.append(text.substr(0, at)).append(program);
        text.remove_prefix(at + mark.size());
    }
    return out.append(text);
}

/// Sentences follow one another with a space in English and with none in Chinese.
std::string joined(std::string_view first, std::string_view second, Lang lang) {
    return std::string{first}.append(pick(lang, "", " ")).append(second);
}

}  // namespace

const ErrorEntry& entry_of(Error error) {
    const auto all = error_catalogue();
    const auto found = std::ranges::find(all, error, &ErrorEntry::error);
    JY_ASSERT(found != all.end());
    return *found;
}

const ErrorEntry* find_error(std::string_view code) {
    const auto same = [](char typed, char ours) {
        return typed == ours || (typed >= 'a' && typed <= 'z' && typed - 'a' == ours - 'A');
    };
    for (const ErrorEntry& entry : error_catalogue()) {
        if (std::ranges::equal(code, entry.code, same)) return &entry;
        if (code == entry.code.substr(3)) return &entry;
    }
    return nullptr;
}

std::string explain(const ErrorEntry& entry, Lang lang, std::string_view program) {
    std::string out{entry.code};
    out.append("\n").append(pick(lang, "发生了什么：", "What happened: "));
    out.append(filled(entry.what.in(lang), program)).append("\n");
    out.append(pick(lang, "数据是否安全：", "Is the data safe: "));
    out.append(filled(entry.data.in(lang), program)).append("\n");
    out.append(pick(lang, "下一步：", "Next step: "));
    out.append(filled(entry.next.in(lang), program)).append("\n");
    out.append(pick(lang, "退出码：", "Exit code: ")).append(std::to_string(entry.exit_code));
    return out.append("\n");
}

std::string explain_json(const ErrorEntry& entry, Lang lang, std::string_view program) {
    const boost::json::object page{
        {"code", entry.code},
        {"exit_code", entry.exit_code},
        {"data_safe", entry.data_safe},
        {"what", filled(entry.what.in(lang), program)},
        {"data", filled(entry.data.in(lang), program)},
        {"next", filled(entry.next.in(lang), program)},
    };
    return boost::json::serialize(page);
}

std::string_view Failure::code() const { return entry_of(error_).code; }
int Failure::exit_code() const { return entry_of(error_).exit_code; }
bool Failure::data_safe() const { return entry_of(error_).data_safe; }

std::string Failure::text(Lang lang, std::string_view program) const {
    const ErrorEntry& entry = entry_of(error_);
    std::string out{pick(lang, "错误 ", "Error ")};
    out.append(entry.code).append(pick(lang, "：", ": "));
    out.append(filled(what_in(lang), program)).append("\n");
    if (!details_.empty()) {
        out.append(pick(lang, "具体：", "Details: "));
        std::string_view between;
        for (const auto& [kind, value] : details_) {
            out.append(between).append(name_of(kind).label.in(lang)).append(" ").append(value);
            between = pick(lang, "；", "; ");
        }
        out.append("\n");
    }
    out.append(pick(lang, "数据：", "Data: "));
    out.append(filled(entry.data.in(lang), program)).append("\n");
    out.append(pick(lang, "下一步：", "Next: "));
    return out.append(filled(next_in(lang), program)).append("\n");
}

std::string Failure::json(Lang lang, std::string_view program) const {
    const ErrorEntry& entry = entry_of(error_);
    boost::json::object error{
        {"code", entry.code},
        {"message", filled(joined(what_in(lang), entry.data.in(lang), lang), program)},
        {"data_safe", entry.data_safe},
        {"next", filled(next_in(lang), program)},
    };
    boost::json::object details;
    for (const auto& [kind, value] : details_) {
        boost::json::value& slot = details[name_of(kind).key];
        if (slot.is_string()) {
            slot.as_string().append(", ").append(value);
        } else {
            slot = value;
        }
    }
    if (!details.empty()) error["details"] = std::move(details);
    return boost::json::serialize(boost::json::object{{"error", std::move(error)}});
}

std::string Failure::what_in(Lang lang) const {
    std::string what{entry_of(error_).what.in(lang)};
    if (const auto* guard = refusing_guard()) {
        what = joined(what, pick(lang, guard->what_zh, guard->what_en), lang);
        what += pick(lang, "。", "");
    }
    return what;
}

std::string Failure::next_in(Lang lang) const {
    const std::string_view next = entry_of(error_).next.in(lang);
    const auto* guard = refusing_guard();
    if (guard == nullptr) return std::string{next};
    std::string own{pick(lang, guard->next_zh, guard->next_en)};
    own += pick(lang, "。", "");
    return joined(own, next, lang);
}

const schema::GuardText* Failure::refusing_guard() const {
    for (const auto& [kind, name] : details_) {
        if (kind == Detail::guard) return guard_named(name);
    }
    return nullptr;
}

const schema::GuardText* guard_named(std::string_view name) {
    constexpr auto last = static_cast<std::uint8_t>(schema::GuardFailure::last_of_list);
    for (std::uint8_t i = 0; i <= last; ++i) {
        const schema::GuardText& text = schema::guard_text(schema::GuardFailure{i});
        if (text.name == name) return &text;
    }
    return nullptr;
}

const char* Failure::what() const noexcept {
    // The catalogue's codes are literals, so they end with a zero.
    return entry_of(error_).code.data();
}

}  // namespace jiuying::node
