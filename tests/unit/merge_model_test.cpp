// The merge against its model: whatever order and route, after every delivery.
//
// A failure prints its seed. JIUYING_MERGE_SEED=<seed> replays that one history, and
// JIUYING_MERGE_HISTORIES=<n> changes how many are tried.
#include "sync/merge/set_value.hpp"
#include "tests/support/dice.hpp"
#include "tests/support/merge_replica.hpp"
#include "tests/support/naive_merge.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>

using namespace jiuying;
using namespace jiuying::test;
using schema::FieldId;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t histories_usual = 3'000;
constexpr std::uint64_t permuted_usual = 200;
#elif !defined(NDEBUG)
constexpr std::uint64_t histories_usual = 3'000;
constexpr std::uint64_t permuted_usual = 300;
#else
constexpr std::uint64_t histories_usual = 100'000;
constexpr std::uint64_t permuted_usual = 2'000;
#endif

const std::vector<FieldId> all_fields{field_owner, field_last, field_append, field_set,
                                      field_min,   field_max,  field_ask};
constexpr std::size_t authors_of_story = 3;

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Calls \p run with each seed, or only with the one that is to be replayed.
template <class Run>
void for_each_seed(std::uint64_t first, std::uint64_t usual, Run run) {
    const std::uint64_t replayed = number_from_environment("JIUYING_MERGE_SEED", 0);
    const std::uint64_t count =
        replayed != 0 ? 1 : number_from_environment("JIUYING_MERGE_HISTORIES", usual);
    REQUIRE(count > 0);  // Nothing tried is nothing shown.
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t seed = replayed != 0 ? replayed : first + i;
        const std::string difference = run(seed);
        if (difference.empty()) continue;
        FAIL("JIUYING_MERGE_SEED=" << seed << " replays it: " << difference);
    }
    SUCCEED(count << " histories");
}

/// A history: who wrote what on which bases, and what the hub will say about it.
struct Story {
    std::vector<sync::Author> authors;
    std::vector<std::vector<Written>> logs;  ///< By author, each in its order.
    std::vector<FieldId> fields;
    std::set<FullDot> rejected;
    struct Verdict {
        sync::Author author;
        std::uint64_t first = 0;
        std::uint64_t last = 0;
    };
    std::vector<Verdict> verdicts;
};

/// Lets three people work apart: they edit what they see, hear of each other late and in part, and
/// now and then save a form that was opened long ago. The hub judges meanwhile, and some hear of a
/// rejection before they write on.
class StoryTeller {
public:
    struct Length {
        std::size_t transactions = 0;
        std::size_t fields_per_transaction = 0;
    };
    StoryTeller(Dice& dice, std::vector<FieldId> fields) : dice_(dice) {
        story_.fields = std::move(fields);
        story_.logs.resize(authors_of_story);
        for (std::uint8_t i = 0; i < authors_of_story; ++i) {
            sync::Author author;
            // Some authors are one node in two epochs.
            author.node.bytes[15] = static_cast<std::uint8_t>(dice_.below(3));
            author.epoch = dice_.below(100) * 10 + i;
            story_.authors.push_back(author);
            people_[i].known.record = merge_record();
            people_[i].clock = dice_.chance(40) ? dice_.between(-500, 500) : 0;
            story_.logs[i].reserve(64);  // What was written is pointed to.
        }
    }

    Story tell(Length length) {
        for (std::size_t written = 0; written < length.transactions;) {
            const std::size_t person = dice_.below(authors_of_story);
            ++time_;
            const std::size_t action = dice_.below(100);
            if (action < 55) {
                write(person, length.fields_per_transaction);
                ++written;
            } else if (action < 62) {
                people_[person].clock += dice_.chance(50) ? 300 : -300;
            } else if (action < 66) {
                reject_one();
            } else if (action < 72) {
                hear_rejections(people_[person]);
            } else {
                listen(person);
            }
        }
        judge();
        return std::move(story_);
    }

private:
    struct Person {
        NaiveKnowledge known;
        std::map<FieldId, std::set<FullDot>> form;  ///< Opened earlier, not saved yet.
        std::vector<std::size_t> heard = std::vector<std::size_t>(authors_of_story);
        std::uint64_t txn = 0;
        std::int64_t clock = 0;
    };

    void write(std::size_t author, std::size_t fields_most) {
        Person& person = people_[author];
        person.txn += 1 + dice_.below(3) / 2;  // Transactions on other records leave gaps.
        Written written;
        written.dot = {story_.authors[author], person.txn};
        // Few distinct times, so that ties happen.
        const std::int64_t time = 1000 + time_ / 2 + person.clock;
        written.hlc = static_cast<std::uint64_t>(std::max<std::int64_t>(time, 1));
        written.suspect = dice_.chance(6);
        std::vector<FieldId> fields = story_.fields;
        dice_.shuffle(fields);
        fields.resize(std::min(fields.size(), 1 + dice_.below(fields_most)));
        if (fields_most >= story_.fields.size()) fields = story_.fields;
        for (const FieldId field : fields) written.changes.push_back(change(person, field));
        story_.logs[author].push_back(std::move(written));
        person.known.receive(story_.logs[author].back());
    }

    WrittenChange change(Person& person, FieldId field) {
        std::set<FullDot> bases = naive_heads(person.known, field);
        const auto form = person.form.find(field);
        if (form != person.form.end() && dice_.chance(50)) {
            bases = form->second;
            person.form.erase(form);
        } else if (dice_.chance(25)) {
            person.form[field] = bases;
        }
        if (field == field_set) return {field, std::move(bases), set_change(person)};
        const std::string letter(1, static_cast<char>('x' + dice_.below(3)));
        if (dice_.chance(8)) return {field, std::move(bases), schema::Value{}};
        if ((field == field_min || field == field_max) && dice_.chance(70)) {
            return {field, std::move(bases), schema::Value{dice_.between(-2, 2)}};
        }
        return {field, std::move(bases), schema::Value{letter}};
    }

    schema::Value set_change(const Person& person) {
        sync::SetChange change;
        for (std::size_t i = dice_.below(3); i > 0; --i) {
            change.adds.push_back(std::string(1, static_cast<char>('p' + dice_.below(3))));
        }
        for (const auto& [dot, written] : person.known.arrived) {
            for (const WrittenChange& seen : written->changes) {
                if (seen.field != field_set) continue;
                const auto decoded = sync::decode_set_change(std::get<std::string>(seen.value), 9);
                for (const std::string& text : decoded->adds) {
                    if (dice_.chance(30)) change.removes.push_back({text, dot.author, dot.txn});
                }
            }
        }
        return sync::encode_set_change(change);
    }

    /// Gets the next transactions of somebody; their bases may still be unknown here.
    void listen(std::size_t listener) {
        Person& person = people_[listener];
        const std::size_t speaker = dice_.below(authors_of_story);
        if (speaker == listener) return;
        for (std::size_t more = 1 + dice_.below(2); more > 0; --more) {
            if (person.heard[speaker] == story_.logs[speaker].size()) return;
            person.known.receive(story_.logs[speaker][person.heard[speaker]++]);
        }
    }

    /// The hub refuses something that was written, at any time after.
    void reject_one() {
        const std::vector<Written>& log = story_.logs[dice_.below(authors_of_story)];
        if (!log.empty()) story_.rejected.insert(dice_.pick(log).dot);
    }
    /// Of each or not, and also of what has not arrived here.
    void hear_rejections(Person& person) {
        for (const FullDot& dot : story_.rejected) {
            if (dice_.chance(60)) person.known.rejected.insert(dot);
        }
    }

    /// What the hub says of the rest when all is written.
    void judge() {
        for (std::size_t author = 0; author < authors_of_story; ++author) {
            for (const Written& written : story_.logs[author]) {
                if (dice_.chance(8)) story_.rejected.insert(written.dot);
                if (!dice_.chance(8)) continue;
                const std::uint64_t last = written.dot.txn + dice_.below(3);
                story_.verdicts.push_back({story_.authors[author], written.dot.txn, last});
            }
        }
    }

    Dice& dice_;
    Story story_;
    std::array<Person, authors_of_story> people_;
    std::int64_t time_ = 0;
};

/// The real merge and the model side by side, fed the same.
class Pair {
public:
    explicit Pair(const Story& story, std::span<const sync::Author> met)
        : story_(story), real_(met) {
        model_.record = merge_record();
    }

    void receive(const Written& written) {
        real_.receive(written);
        model_.receive(written);
    }
    void reject(const FullDot& dot) {
        real_.learn_rejected(dot);
        model_.rejected.insert(dot);
    }
    void suspect(const Story::Verdict& verdict) {
        real_.learn_suspect(verdict.author, verdict.first, verdict.last);
        for (std::uint64_t txn = verdict.first; txn <= verdict.last; ++txn) {
            model_.suspect.insert({verdict.author, txn});
        }
    }
    [[nodiscard]] MergeReplica& real() { return real_; }
    [[nodiscard]] const NaiveKnowledge& model() const { return model_; }

    /// Empty if the two show the same.
    [[nodiscard]] std::string difference() const {
        for (const FieldId field : story_.fields) {
            const schema::Merge policy = policy_of_test(field);
            const Shown is = real_.shown(field);
            const Shown should = naive_view(model_, field, policy);
            const std::string where = "field " + std::to_string(field) + ": ";
            if (is != should) return where + describe(is) + ", should be " + describe(should);
            if (real_.heads(field) != naive_heads(model_, field)) return where + "heads_of";
            std::set<FullDot> lost = naive_lost(model_, field, policy);
            const std::set<FullDot> kept = real_.kept(field);
            std::erase_if(lost, [&](const FullDot& dot) { return !kept.contains(dot); });
            if (real_.lost(field) != lost) return where + "lost values";
        }
        return {};
    }

private:
    const Story& story_;
    MergeReplica real_;
    NaiveKnowledge model_;
};

/// Which versions the hub has judged, as far as one replica knows. Never one whose rejection is
/// still to come.
class Horizon {
public:
    void advance(Dice& dice, const Story& story, const NaiveKnowledge& model) {
        const bool by_author = dice.chance(50);
        for (const std::vector<Written>& log : story.logs) {
            for (const Written& written : log) {
                const bool judged =
                    !story.rejected.contains(written.dot) || model.rejected.contains(written.dot);
                if (by_author && (!judged || dice.chance(30))) break;
                if (judged && dice.chance(60)) decided_.insert(written.dot);
            }
        }
    }
    [[nodiscard]] bool operator()(const FullDot& dot) const { return decided_.contains(dot); }

private:
    std::set<FullDot> decided_;
};

/// Brings \p story to one replica by a random route.
class Delivery {
public:
    Delivery(Dice& dice, const Story& story, std::span<const sync::Author> met)
        : dice_(dice), story_(story), pair_(story, met), next_(story.logs.size()) {
        rejected_.assign(story.rejected.begin(), story.rejected.end());
        dice_.shuffle(rejected_);
        verdicts_ = story.verdicts;
        dice_.shuffle(verdicts_);
    }

    std::string run() {
        while (advance()) {
            if (dice_.chance(20)) repeat();
            if (dice_.chance(35)) {
                horizon_.advance(dice_, story_, pair_.model());
                pair_.real().prune([&](const FullDot& dot) { return horizon_(dot); });
            }
            std::string difference = pair_.difference();
            if (!difference.empty()) return difference;
        }
        return {};
    }
    [[nodiscard]] const MergeReplica& real() { return pair_.real(); }

private:
    /// False when there is nothing left to bring.
    bool advance() {
        std::vector<std::size_t> open;
        for (std::size_t log = 0; log < next_.size(); ++log) {
            if (next_[log] < story_.logs[log].size()) open.push_back(log);
        }
        const std::size_t judgements = rejected_.size() + verdicts_.size();
        if (open.empty() && judgements == 0) return false;
        if (judgements > 0 && (open.empty() || dice_.chance(30))) {
            hear_judgement();
        } else {
            const std::size_t log = dice_.pick(open);
            pair_.receive(story_.logs[log][next_[log]++]);
        }
        return true;
    }
    void hear_judgement() {
        if (!rejected_.empty() && (verdicts_.empty() || dice_.chance(50))) {
            pair_.reject(rejected_.back());
            rejected_.pop_back();
        } else {
            pair_.suspect(verdicts_.back());
            verdicts_.pop_back();
        }
    }
    void repeat() {
        const std::size_t log = dice_.below(story_.logs.size());
        if (next_[log] > 0) pair_.receive(story_.logs[log][dice_.below(next_[log])]);
    }

    Dice& dice_;
    const Story& story_;
    Pair pair_;
    Horizon horizon_;
    std::vector<std::size_t> next_;
    std::vector<FullDot> rejected_;
    std::vector<Story::Verdict> verdicts_;
};

std::string try_random_routes(std::uint64_t seed) {
    Dice dice(seed);
    std::vector<FieldId> fields = all_fields;
    dice.shuffle(fields);
    fields.resize(1 + dice.below(3));
    const Story story =
        StoryTeller(dice, fields).tell({static_cast<std::size_t>(dice.between(2, 14)), 2});
    std::vector<sync::Author> met = story.authors;
    std::optional<sync::Hash32> digest;
    for (int replica = 0; replica < 2; ++replica) {
        dice.shuffle(met);
        Delivery delivery(dice, story, met);
        std::string difference = delivery.run();
        if (!difference.empty()) return difference;
        if (digest && *digest != delivery.real().digest()) return "the replicas' digests differ";
        digest = delivery.real().digest();
    }
    return {};
}

/// One order of arrival: \p route names the author of each transaction in turn. What the hub says
/// comes before, between and after, each time elsewhere.
std::string try_route(Dice& dice, const Story& story, const std::vector<std::size_t>& route,
                      std::set<sync::Hash32>& digests) {
    Pair pair(story, story.authors);
    std::vector<std::vector<std::function<void()>>> said(route.size() + 1);
    for (const FullDot& dot : story.rejected) {
        said[dice.below(said.size())].push_back([&pair, &dot] { pair.reject(dot); });
    }
    for (const Story::Verdict& verdict : story.verdicts) {
        said[dice.below(said.size())].push_back([&pair, &verdict] { pair.suspect(verdict); });
    }
    std::vector<std::size_t> next(story.logs.size());
    for (std::size_t i = 0; i <= route.size(); ++i) {
        for (const auto& judgement : said[i]) judgement();
        if (i < route.size()) {
            const std::size_t author = route[i];
            pair.receive(story.logs[author][next[author]++]);
        } else if (said[i].empty()) {
            break;  // Nothing is new.
        }
        std::string difference = pair.difference();
        if (!difference.empty()) return difference;
    }
    digests.insert(pair.real().digest());
    return digests.size() == 1 ? "" : "two orders of arrival end in two digests";
}

std::string try_all_routes(std::uint64_t seed) {
    Dice dice(seed);
    const auto length = static_cast<std::size_t>(dice.between(2, 6));
    const Story story = StoryTeller(dice, all_fields).tell({length, all_fields.size()});
    std::vector<std::size_t> route;
    for (std::size_t author = 0; author < story.logs.size(); ++author) {
        route.insert(route.end(), story.logs[author].size(), author);
    }
    std::set<sync::Hash32> digests;
    do {
        std::string difference = try_route(dice, story, route, digests);
        if (!difference.empty()) return difference;
    } while (std::ranges::next_permutation(route).found);
    return {};
}

}  // namespace

TEST_CASE("every order of arrival shows what the model shows, after every single arrival",
          "[merge][model]") {
    for_each_seed(1, permuted_usual, try_all_routes);
}

TEST_CASE("late, doubled, rejected, suspect and pruned: replicas show what the model shows",
          "[merge][model]") {
    for_each_seed(1'000'000, histories_usual, try_random_routes);
}
