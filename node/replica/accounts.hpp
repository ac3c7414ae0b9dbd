/// Who may sign in at this node's page: accounts, codes with which a person makes one, and what
/// each has begun to write and not saved.
///
/// They are this node's own, like its keyring: no change of the log, nothing that travels. Rows of
/// `meta`, one each, in the encrypted database, so they are in its backups. A class of its own with
/// access to the replica; not thread-safe; throws as Replica does.
#pragma once

#include "node/keys/argon2.hpp"
#include "node/replica/replica.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jiuying::node {

struct Account {
    std::string code;  ///< As the staff list has it: in whose name the person acts.
    std::string name;
    std::uint16_t roles = 0;  ///< Bits of node/http/role.hpp.
    sync::Array<16> salt{};
    sync::Array<32> hash{};
    Argon2Cost cost;
    /// Counts changes after which the person must sign in anew.
    std::uint64_t generation = 1;
    std::uint32_t failures = 0;  ///< In a row.
    bool locked = false;         ///< By failures; how long is counted in running time.
    std::int64_t password_at_ms = 0;
};

/// Of a code that is shown once, only its hash is kept.
struct SetupCode {
    sync::Array<32> hash{};
    std::string user;
    std::string name;
    std::uint16_t roles = 0;  ///< Of the account that it makes, or gives a new password.
};

class Accounts {
public:
    static constexpr std::size_t accounts_max = 200;
    static constexpr std::size_t setup_codes_max = 50;
    static constexpr std::size_t drafts_max = 50;  ///< Of one person.
    static constexpr std::size_t draft_bytes_max = 128U << 10U;

    explicit Accounts(Replica& replica) : replica_(replica) {}

    /// By code.
    [[nodiscard]] std::vector<Account> list();
    [[nodiscard]] std::optional<Account> find(const std::string& code);
    void save(const Account& account);
    /// False if there was none.
    bool remove(const std::string& code);

    [[nodiscard]] std::vector<SetupCode> setup_codes();
    /// Replaces a former code of the same user.
    void save_setup(const SetupCode& code);
    [[nodiscard]] std::optional<SetupCode> find_setup(const sync::Array<32>& hash);
    void remove_setup(const SetupCode& code);

    /// What somebody is typing, as the page sent it last: JSON, kept for him alone.
    struct PageDraft {
        std::string id;
        std::int64_t saved_at_ms = 0;
        std::string content;
    };
    /// The latest first.
    [[nodiscard]] std::vector<PageDraft> drafts(const std::string& user);
    /// False, and nothing is kept, beyond drafts_max or draft_bytes_max.
    [[nodiscard]] bool save_draft(const std::string& user, const PageDraft& draft);
    /// Whether it names a record whose personal data are to be gone: a page that was open then.
    [[nodiscard]] bool names_erased(const PageDraft& draft);
    bool drop_draft(const std::string& user, const std::string& id);

private:
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> read(const std::string& key);
    [[nodiscard]] std::vector<std::vector<std::uint8_t>> all(const std::string& prefix);
    void write(const std::string& key, const std::string& text);
    bool erase(const std::string& key);

    Replica& replica_;
};

}  // namespace jiuying::node
