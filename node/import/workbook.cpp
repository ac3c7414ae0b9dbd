#include "node/import/workbook.hpp"

#include "node/import/cell_text.hpp"
#include "node/import/xml_part.hpp"

#include <charconv>
#include <map>

namespace jiuying::node {
namespace {

std::uint32_t number_in(std::string_view text) {
    std::uint32_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

bool is_true(std::string_view text) { return text == "1" || text == "true"; }

constexpr std::size_t sheets_max = 1000;
constexpr std::size_t styles_max = 100'000;

/// xl/workbook.xml: the sheets in their order, each with the name of its relation.
class BookReader final : public XmlHandler {
public:
    explicit BookReader(Workbook& book) : book_(book) {}
    void begin(std::string_view name, const char** attributes) override {
        if (name == "workbookPr") book_.from_1904 = is_true(attribute(attributes, "date1904"));
        if (name != "sheet" || book_.sheets.size() >= sheets_max) return;
        const std::string_view state = attribute(attributes, "state");
        book_.sheets.push_back({std::string{attribute(attributes, "name")},
                                std::string{attribute(attributes, "id")},
                                !state.empty() && state != "visible"});
    }
    void end(std::string_view) override {}
    void text(std::string_view) override {}

private:
    Workbook& book_;
};

/// xl/_rels/workbook.xml.rels: where the parts are.
class RelationReader final : public XmlHandler {
public:
    void begin(std::string_view name, const char** attributes) override {
        if (name != "Relationship" || by_id.size() >= sheets_max) return;
        std::string target{attribute(attributes, "Target")};
        target = target.starts_with("/") ? target.substr(1) : "xl/" + target;
        const std::string_view type = attribute(attributes, "Type");
        if (type.ends_with("/sharedStrings")) texts = target;
        if (type.ends_with("/styles")) styles = target;
        by_id[std::string{attribute(attributes, "Id")}] = target;
    }
    void end(std::string_view) override {}
    void text(std::string_view) override {}

    std::map<std::string, std::string> by_id;
    std::string texts;
    std::string styles;
};

/// xl/sharedStrings.xml: runs of one text are joined, readings of characters (rPh) left out.
class TextReader final : public XmlHandler {
public:
    explicit TextReader(SharedTexts& texts) : texts_(texts) {}
    void begin(std::string_view name, const char**) override {
        if (name == "rPh") ++reading_;
        if (name == "t") inside_ = reading_ == 0;
    }
    void end(std::string_view name) override {
        if (name == "rPh") --reading_;
        if (name == "t") inside_ = false;
        if (name != "si") return;
        texts_.append(unescaped(current_));
        texts_.finish();
        current_.clear();
        full_ = full_ || texts_.count() > SharedTexts::count_max;
    }
    void text(std::string_view letters) override {
        full_ = full_ || texts_.bytes() + current_.size() > SharedTexts::bytes_max;
        if (inside_ && !full_) current_.append(letters);
    }
    [[nodiscard]] bool full() const { return full_; }

private:
    SharedTexts& texts_;
    std::string current_;
    bool inside_ = false;
    bool full_ = false;
    int reading_ = 0;
};

/// xl/styles.xml: which of the cells' styles show dates.
class StyleReader final : public XmlHandler {
public:
    explicit StyleReader(std::vector<bool>& dates) : dates_(dates) {}
    void begin(std::string_view name, const char** attributes) override {
        const std::uint32_t id = number_in(attribute(attributes, "numFmtId"));
        if (name == "numFmt" && own_.size() < styles_max) {
            own_[id] = is_date_format(attribute(attributes, "formatCode"));
        }
        if (name == "cellXfs") inside_ = true;
        if (name != "xf" || !inside_ || dates_.size() >= styles_max) return;
        const auto own = own_.find(id);
        dates_.push_back(own == own_.end() ? is_date_format(id) : own->second);
    }
    void end(std::string_view name) override {
        if (name == "cellXfs") inside_ = false;
    }
    void text(std::string_view) override {}

private:
    std::vector<bool>& dates_;
    std::map<std::uint32_t, bool> own_;
    bool inside_ = false;
};

std::optional<FileProblem> read_part(ZipFile& zip, const std::string& name, XmlHandler& handler) {
    if (!zip.enter(name)) return FileProblem::workbook_damaged;
    XmlPart part{zip, handler};
    const Result<void> read = part.all();
    if (!read) return workbook_problem(read.error());
    return std::nullopt;
}

}  // namespace

void SharedTexts::finish() { ends_.push_back(static_cast<std::uint32_t>(all_.size())); }

std::string_view SharedTexts::at(std::size_t index) const {
    if (index >= ends_.size()) return {};
    const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
    return std::string_view{all_}.substr(begin, ends_[index] - begin);
}

FileProblem workbook_problem(Errc error) {
    return error == Errc::too_large ? FileProblem::too_large : FileProblem::workbook_damaged;
}

std::optional<FileProblem> read_workbook(ZipFile& zip, Workbook& book) {
    if (!zip.is_open()) return FileProblem::workbook_damaged;
    BookReader sheets{book};
    RelationReader relations;
    if (auto problem = read_part(zip, "xl/workbook.xml", sheets)) return problem;
    if (auto problem = read_part(zip, "xl/_rels/workbook.xml.rels", relations)) return problem;
    for (Workbook::Sheet& sheet : book.sheets) sheet.part = relations.by_id[sheet.part];
    if (!relations.texts.empty()) {
        TextReader texts{book.texts};
        if (auto problem = read_part(zip, relations.texts, texts)) return problem;
        if (texts.full()) return FileProblem::too_large;
    }
    if (!relations.styles.empty()) {
        StyleReader styles{book.dates};
        if (auto problem = read_part(zip, relations.styles, styles)) return problem;
    }
    return std::nullopt;
}

}  // namespace jiuying::node
