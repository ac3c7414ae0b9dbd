#include "node/replica/accounts.hpp"

#include "node/replica/draft_erasure.hpp"
#include "node/replica/replica_state.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace jiuying::node {
namespace {

namespace json = boost::json;
using Blob = std::vector<std::uint8_t>;

const std::string account_prefix = "account/";
const std::string setup_prefix = "account_setup/";

template <std::size_t N>
json::string hex(const sync::Array<N>& bytes) {
    return json::string(sync::hex_encode(bytes));
}

/// Throws what a row throws that somebody has damaged: verify finds what is wrong with the file.
template <std::size_t N>
sync::Array<N> unhex(const json::value& text) {
    return sync::hex_decode_array<N>(text.as_string()).value();
}

json::object read_row(const Blob& bytes) { return json::parse(sync::as_text(bytes)).as_object(); }

Account account_of(const Blob& bytes) {
    const json::object row = read_row(bytes);
    Account account;
    account.code = row.at("code").as_string();
    account.name = row.at("name").as_string();
    account.roles = row.at("roles").to_number<std::uint16_t>();
    account.salt = unhex<16>(row.at("salt"));
    account.hash = unhex<32>(row.at("hash"));
    account.cost = {row.at("memory_kib").to_number<std::uint32_t>(),
                    row.at("passes").to_number<std::uint32_t>()};
    account.generation = row.at("generation").to_number<std::uint64_t>();
    account.failures = row.at("failures").to_number<std::uint32_t>();
    account.locked = row.at("locked").as_bool();
    account.password_at_ms = row.at("password_at").to_number<std::int64_t>();
    return account;
}

SetupCode setup_of(const Blob& bytes) {
    const json::object row = read_row(bytes);
    SetupCode code;
    code.hash = unhex<32>(row.at("hash"));
    code.user = row.at("user").as_string();
    code.roles = row.at("roles").to_number<std::uint16_t>();
    code.name = row.at("name").as_string();
    return code;
}

/// A user's code has no line break, so no two users share a beginning.
std::string drafts_of(const std::string& user) {
    return std::string{draft_prefix}.append(user).append("\n");
}

std::string key_of(const SetupCode& code) { return setup_prefix + sync::hex_encode(code.hash); }

}  // namespace

std::vector<Account> Accounts::list() {
    std::vector<Account> accounts;
    for (const Blob& bytes : all(account_prefix)) accounts.push_back(account_of(bytes));
    std::ranges::sort(accounts, {}, &Account::code);
    return accounts;
}

std::optional<Account> Accounts::find(const std::string& code) {
    const auto bytes = read(account_prefix + code);
    if (!bytes) return std::nullopt;
    return account_of(*bytes);
}

void Accounts::save(const Account& account) {
    write(account_prefix + account.code,
          json::serialize(json::object{{"code", account.code},
                                       {"name", account.name},
                                       {"roles", account.roles},
                                       {"salt", hex(account.salt)},
                                       {"hash", hex(account.hash)},
                                       {"memory_kib", account.cost.memory_kib},
                                       {"passes", account.cost.passes},
                                       {"generation", account.generation},
                                       {"failures", account.failures},
                                       {"locked", account.locked},
                                       {"password_at", account.password_at_ms}}));
}

bool Accounts::remove(const std::string& code) { return erase(account_prefix + code); }

void Accounts::save_setup(const SetupCode& code) {
    for (const SetupCode& former : setup_codes()) {
        if (former.user == code.user) remove_setup(former);
    }
    write(key_of(code), json::serialize(json::object{{"hash", hex(code.hash)},
                                                     {"user", code.user},
                                                     {"name", code.name},
                                                     {"roles", code.roles}}));
}

std::optional<SetupCode> Accounts::find_setup(const sync::Array<32>& hash) {
    const auto bytes = read(setup_prefix + sync::hex_encode(hash));
    if (!bytes) return std::nullopt;
    return setup_of(*bytes);
}

void Accounts::remove_setup(const SetupCode& code) { (void)erase(key_of(code)); }

std::vector<SetupCode> Accounts::setup_codes() {
    std::vector<SetupCode> codes;
    for (const Blob& bytes : all(setup_prefix)) codes.push_back(setup_of(bytes));
    return codes;
}

std::vector<Accounts::PageDraft> Accounts::drafts(const std::string& user) {
    std::vector<PageDraft> drafts;
    for (const Blob& bytes : all(drafts_of(user))) {
        const json::object row = read_row(bytes);
        drafts.push_back({std::string{row.at("id").as_string()},
                          row.at("saved_at").to_number<std::int64_t>(),
                          std::string{row.at("content").as_string()}});
    }
    std::ranges::sort(drafts, std::ranges::greater{}, &PageDraft::saved_at_ms);
    return drafts;
}

bool Accounts::save_draft(const std::string& user, const PageDraft& draft) {
    if (draft.content.size() > draft_bytes_max) return false;
    const std::vector<PageDraft> there = drafts(user);
    const bool known = std::ranges::find(there, draft.id, &PageDraft::id) != there.end();
    if (!known && there.size() >= drafts_max) return false;
    write(drafts_of(user) + draft.id,
          json::serialize(json::object{
              {"id", draft.id}, {"saved_at", draft.saved_at_ms}, {"content", draft.content}}));
    return true;
}

bool Accounts::names_erased(const PageDraft& draft) {
    const auto& erased = replica_.state_->store.erased();
    return names_one_of(draft.id, erased) || names_one_of(draft.content, erased);
}

bool Accounts::drop_draft(const std::string& user, const std::string& id) {
    return erase(drafts_of(user) + id);
}

std::optional<Blob> Accounts::read(const std::string& key) {
    return replica_.state_->store.meta(key);
}

std::vector<Blob> Accounts::all(const std::string& prefix) {
    std::vector<Blob> rows;
    replica_.state_->store.database()
        .statement("SELECT value FROM meta WHERE substr(key, 1, ?) = ?")
        .each<Blob>([&](const Blob& bytes) { rows.push_back(bytes); },
                    static_cast<std::int64_t>(prefix.size()), prefix);
    return rows;
}

void Accounts::write(const std::string& key, const std::string& text) {
    Replica::State& state = *replica_.state_;
    state.writing([&] { state.store.set_meta(key, sync::as_view(text)); });
}

bool Accounts::erase(const std::string& key) {
    Replica::State& state = *replica_.state_;
    bool gone = false;
    state.writing([&] {
        gone = state.store.database().statement("DELETE FROM meta WHERE key = ?").run(key) != 0;
    });
    return gone;
}

}  // namespace jiuying::node
