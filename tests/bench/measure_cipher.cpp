// What encryption costs: the same work on an encrypted database and on a plain one, in turns.
#include "tests/bench/measures.hpp"
#include "tests/bench/raw_sqlite.hpp"
#include "tests/bench/stopwatch.hpp"
#include "tests/bench/town.hpp"

#include "node/storage/cipher_vfs.hpp"

#include <array>
#include <optional>

namespace jiuying::bench {
namespace {

namespace fs = std::filesystem;

/// How many times the workload is searched: 10,000 appeals give the 100,000 of the target.
constexpr std::size_t times_searched = 10;

/// A VFS that encrypts for whoever names it, or the system's.
class Disk {
public:
    explicit Disk(bool encrypted) {
        if (!encrypted) return;
        sync::Key32 key;
        environment_.random(key.bytes());
        vfs_.emplace(key, [this](std::span<std::uint8_t> out) { environment_.random(out); });
    }
    [[nodiscard]] const char* vfs() const { return vfs_ ? vfs_->name() : nullptr; }

private:
    node::SystemEnvironment environment_;
    std::optional<node::CipherVfs> vfs_;
};

/// One-row transactions, in short slices: what else the machine does hits both alike.
void measure_commits(const Setting& setting, const Disk& plain, const Disk& sealed,
                     Report& report) {
    constexpr std::size_t slices = 40;
    RawTable plain_table{setting.scratch / "commits-plain.db", plain.vfs()};
    RawTable sealed_table{setting.scratch / "commits.db", sealed.vfs()};
    const std::size_t slice = std::max<std::size_t>(1, setting.items.size() / slices);
    std::vector<double> ratios, plain_all, sealed_all;
    for (std::size_t from = 0; from < setting.items.size(); from += slice) {
        const auto items =
            setting.items.subspan(from, std::min(slice, setting.items.size() - from));
        std::vector<double> plain_slice, sealed_slice;
        plain_table.insert_each(items, plain_slice);
        sealed_table.insert_each(items, sealed_slice);
        ratios.push_back(sum(plain_slice) / sum(sealed_slice));
        plain_all.insert(plain_all.end(), plain_slice.begin(), plain_slice.end());
        sealed_all.insert(sealed_all.end(), sealed_slice.begin(), sealed_slice.end());
    }
    report.figure("cipher", "commits_per_second",
                  static_cast<double>(sealed_all.size()) / sum(sealed_all));
    report.figure("cipher", "commits_per_second_plain",
                  static_cast<double>(plain_all.size()) / sum(plain_all));
    report.ratio("encrypted commits, rate to plain", median(ratios), Wanted::at_least, 0.9);
}

/// Everything in one transaction, moved out of the log at the end.
void measure_import(const Setting& setting, const Disk& plain, const Disk& sealed, Report& report) {
    std::vector<double> ratios;
    for (int round = 0; round < setting.rounds * 3; ++round) {
        std::array<double, 2> seconds{};
        for (const Disk* disk : {&plain, &sealed}) {
            const fs::path file = setting.scratch / ("import-" + std::to_string(round) +
                                                     (disk == &plain ? "-plain.db" : ".db"));
            RawTable table{file, disk->vfs()};
            const Stopwatch watch;
            (void)table.write_all(setting.items);
            (void)table.size();
            seconds[disk == &plain ? 0 : 1] = watch.seconds();
        }
        ratios.push_back(seconds[1] / seconds[0]);
    }
    report.ratio("encrypted bulk import, time to plain", median(ratios), Wanted::at_most, 2);
}

/// A node of its own with appeals in it, on \p disk.
class Library {
public:
    Library(const fs::path& file, const Disk& disk) {
        options_.path = file.string();
        options_.vfs = disk.vfs();
        options_.environment = &environment_;
        node::NodeSecrets secrets;
        for (auto* secret : {&secrets.sign_seed, &secrets.static_secret, &secrets.box_secret,
                             &secrets.salt_secret}) {
            environment_.random(secret->bytes());
        }
        const auto keys = node::public_keys(secrets);
        node::Profile profile;
        profile.role = node::Profile::Role::hub;
        profile.district = "340207";
        profile.station_code = "QZX";
        profile.name = "bench";
        environment_.random(profile.scope.bytes);
        environment_.random(profile.district_scope.bytes);
        profile.hub = {keys.node, keys.static_key, keys.sign_key, keys.box_key, "bench", {}};
        node::Replica::create(options_, secrets, profile);
        replica_ = std::make_unique<node::Replica>(options_, secrets);
    }
    /// Seconds for \p items more, and for indexing them.
    double fill(std::span<const Item> items) {
        const Stopwatch watch;
        node::Replica::Batch batch{*replica_};
        for (const Item& item : items) (void)register_item(*replica_, item);
        batch.commit();
        while (replica_->index_pending(1000)) {
        }
        return watch.seconds();
    }
    double search(const std::string& words) {
        node::AppealFilter filter;
        filter.search = words;
        const Stopwatch watch;
        const node::AppealPage page = replica_->list(filter);
        JY_ASSERT(!page.rows.empty());
        return watch.seconds();
    }

private:
    node::SystemEnvironment environment_;
    node::Replica::Options options_;
    std::unique_ptr<node::Replica> replica_;
};

/// Two characters that stand in some text.
std::vector<std::string> words_of(std::span<const Item> items) {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < items.size() && words.size() < 25; i += 7) {
        constexpr std::size_t two_characters = 6;  // Three bytes each, as nearly all of ours.
        const std::string& title = items[i].title;
        const bool chinese = title.size() >= two_characters &&
                             static_cast<unsigned char>(title[0]) >= 0xE0 &&
                             static_cast<unsigned char>(title[3]) >= 0xE0;
        if (chinese) words.push_back(title.substr(0, two_characters));
    }
    return words;
}

void measure_search(const Setting& setting, const Disk& plain, const Disk& sealed, Report& report) {
    Library plain_library{setting.scratch / "library-plain.db", plain};
    Library sealed_library{setting.scratch / "library.db", sealed};
    std::vector<double> filling, ratios, plain_ms, sealed_ms;
    for (std::size_t part = 0; part < times_searched; ++part) {
        const double before = plain_library.fill(setting.items);
        filling.push_back(sealed_library.fill(setting.items) / before);
    }
    for (const std::string& words : words_of(setting.items)) {
        for (int turn = 0; turn < 3; ++turn) {
            const double before = plain_library.search(words);
            const double now = sealed_library.search(words);
            ratios.push_back(now / before);
            plain_ms.push_back(before * 1e3);
            sealed_ms.push_back(now * 1e3);
        }
    }
    report.figure("cipher", "searched", static_cast<double>(times_searched * setting.items.size()));
    report.figure("cipher", "search_ms", median(sealed_ms));
    report.figure("cipher", "search_ms_plain", median(plain_ms));
    report.ratio("appeals recorded in bulk and indexed, encrypted, time to plain", median(filling),
                 Wanted::at_most, 2);
    report.ratio("encrypted two-character search, time to plain", median(ratios), Wanted::at_most,
                 3);
}

void measure_unlock(const Setting& setting, Report& report) {
    node::SystemEnvironment environment;
    const fs::path path = setting.scratch / "unlock-keys";
    const auto slot = [] { return node::Credential{node::Passphrase{"four unrelated words"}}; };
    const std::array<node::Credential, 1> slots{slot()};
    const auto made =
        node::Keyring::create(path, node::KeyringSecrets::fresh(environment), slots, environment);
    JY_ASSERT(made.has_value());
    std::vector<double> seconds;
    for (int i = 0; i < 7; ++i) {
        const Stopwatch watch;
        JY_ASSERT(node::Keyring::open(path, slot()).has_value());
        seconds.push_back(watch.seconds());
    }
    report.ratio("unlocking by passphrase, s", median(seconds), Wanted::at_most, 3);
}

}  // namespace

void measure_cipher(const Setting& setting, Report& report) {
    const Disk plain{false};
    const Disk sealed{true};
    measure_commits(setting, plain, sealed, report);
    measure_import(setting, plain, sealed, report);
    measure_search(setting, plain, sealed, report);
    measure_unlock(setting, report);
}

}  // namespace jiuying::bench
