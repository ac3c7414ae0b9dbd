/// A hub and its stations in folders of their own, as the programs find them, with the workload
/// recorded in them.
#pragma once

#include "node/folder/node_folder.hpp"
#include "sync/session/exchange.hpp"
#include "tests/bench/workload.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace jiuying::bench {

class Town {
public:
    /// One node. Its folder is open here, or closed so that a program may have it.
    struct Place {
        std::filesystem::path data;
        std::filesystem::path key_file;
        std::unique_ptr<node::NodeFolder> folder;
        std::vector<schema::RecordId> appeals;  ///< Recorded here, in order.

        [[nodiscard]] node::Replica& replica() const { return folder->replica(); }
    };

    /// Makes the folders under \p root, which must not exist. All are open; the stations are
    /// enrolled at their first contact.
    Town(const std::filesystem::path& root, std::size_t stations);
    Town(const Town&) = delete;
    Town& operator=(const Town&) = delete;

    [[nodiscard]] Place& hub() { return hub_; }
    [[nodiscard]] Place& station(std::size_t index) { return stations_[index]; }
    [[nodiscard]] std::vector<Place>& stations() { return stations_; }
    /// Another machine of the station at \p index. Everything is open; references to stations and
    /// machines end.
    Place& add_machine(std::size_t index);
    void close_all();
    void open_all();

private:
    Place make(const std::filesystem::path& root, const std::string& name,
               const std::function<node::Profile(const node::NodePublic&, node::Environment&)>& is);

    static std::string code_of(std::size_t index) { return "ST" + std::to_string(10 + index); }

    node::SystemEnvironment environment_;
    std::filesystem::path root_;
    Place hub_;
    std::vector<Place> stations_;
};

/// The database of a place, looked at from outside: another connection with the node's key.
class Outside {
public:
    explicit Outside(const Town::Place& place, node::sqlite::OpenOptions options = {});
    [[nodiscard]] node::sqlite::Database& db() { return *db_; }

private:
    node::SystemEnvironment environment_;
    std::optional<node::CipherVfs> vfs_;
    std::optional<node::sqlite::Database> db_;
};

/// Registers \p item in one transaction.
[[nodiscard]] schema::RecordId register_item(node::Replica& replica, const Item& item);
/// The same, remembered by the place.
void record(Town::Place& place, const Item& item);
/// One edit of the status to another one, in one transaction.
void edit_status(Town::Place& place, const schema::RecordId& appeal, std::int64_t status);
/// One edit of a text field, in one transaction.
void edit_text(Town::Place& place, const schema::RecordId& appeal, schema::FieldId field,
               const std::string& value);
/// A transaction each, but one commit to the disk.
void record_all(Town::Place& place, std::span<const Item* const> items);
/// All statuses, then all handlers, then all replies: a transaction each, one commit to the disk.
void edit_all(Town::Place& place, std::span<const Item* const> items);

/// One session between two replicas of this process, no socket between. Throws if it fails.
sync::Traffic run_session(node::Replica& station, node::Replica& hub);

/// What a status edit writes: `urgency`, from the state that the item ends in.
[[nodiscard]] std::int64_t status_of(const Item& item);

}  // namespace jiuying::bench
