#include "node/folder/backup_file.hpp"

#include "node/cli/errors.hpp"
#include "node/folder/node_folder.hpp"
#include "node/keys/keyring_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace jiuying::node {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_bytes = 1U << 20U;
/// Room that stays free on the disk that a backup is written to.
constexpr std::uint64_t spare_bytes = 16 * 1024 * 1024;
/// Files beside a backup that are looked at for a newer one.
constexpr int neighbours_max = 1000;

fs::path beside(fs::path path, const char* suffix) { return path += suffix; }

std::uint64_t size_of(const FileHandle& file, const fs::path& path) {
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) throw_errno("looking at", path);
    if (!S_ISREG(facts.st_mode)) throw Failure{Error::backup_not_one, Detail::path, path.string()};
    return static_cast<std::uint64_t>(facts.st_size);
}

std::size_t read_at(const FileHandle& file, std::span<std::uint8_t> into, std::uint64_t offset,
                    const fs::path& path) {
    std::size_t held = 0;
    while (held < into.size()) {
        const ssize_t got = ::pread(file.get(), into.data() + held, into.size() - held,
                                    static_cast<off_t>(offset + held));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw_errno("reading", path);
        if (got == 0) break;
        held += static_cast<std::size_t>(got);
    }
    return held;
}

void write_all(const FileHandle& file, sync::View bytes, const fs::path& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw_errno("writing", path);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

FileHandle make_file(const fs::path& path) {
    FileHandle file{
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (file.get() < 0) throw_errno("making", path);
    return file;
}

void sync_file(const FileHandle& file, const fs::path& path) {
    if (::fsync(file.get()) != 0) throw_errno("syncing", path);
    // What is read back is what the disk has, not what memory still holds of it.
    (void)::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
}

/// Gives \p take all of \p file.
void read_through(const FileHandle& file, const fs::path& path,
                  const std::function<void(sync::View)>& take) {
    std::vector<std::uint8_t> piece(piece_bytes);
    for (;;) {
        const std::size_t read = file.read(piece, path);
        if (read == 0) return;
        take(sync::View{piece}.first(read));
    }
}

Failure unreadable(Errc why, const fs::path& path) {
    switch (why) {
        case Errc::not_found: return Failure{Error::backup_not_one, Detail::path, path.string()};
        case Errc::unsupported: return Failure{Error::newer_version};
        case Errc::not_authentic:
            return Failure{Error::backup_not_authentic, Detail::path, path.string()};
        default: return Failure{Error::backup_damaged, Detail::path, path.string()};
    }
}

/// Files that go unless they are kept.
class Scratch {
public:
    explicit Scratch(fs::path out)
        : part_(beside(out, ".part")), database_(beside(out, ".part-db")), out_(std::move(out)) {
        clear();
    }
    ~Scratch() { clear(); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    [[nodiscard]] const fs::path& part() const { return part_; }
    [[nodiscard]] const fs::path& database() const { return database_; }
    void keep() {
        // Nothing is overwritten that came there meanwhile.
        if (::link(part_.c_str(), out_.c_str()) != 0) {
            if (errno == EEXIST) throw Failure{Error::file_exists, Detail::path, out_.string()};
            // No links on this file system (FAT): a rename does.
            if (fs::exists(out_)) throw Failure{Error::file_exists, Detail::path, out_.string()};
            fs::rename(part_, out_);
        }
    }

private:
    void clear() const {
        std::error_code ignored;
        fs::remove(part_, ignored);
        sqlite::remove_database(database_.string());
    }

    fs::path part_;
    fs::path database_;
    fs::path out_;
};

}  // namespace

BackupFile::BackupFile(const fs::path& path) : path_(path), file_(FileHandle::open_to_read(path)) {
    (void)size_of(file_, path);
    sync::Bytes head(BackupHeader::start_bytes);
    head.resize(read_at(file_, head, 0, path));
    const auto size = backup_head_size(head);
    if (!size) throw unreadable(size.error(), path);
    head.resize(*size);
    head.resize(read_at(file_, head, 0, path));
    auto header = open_backup_header(head);
    if (!header) throw unreadable(header.error(), path);
    header_ = *std::move(header);
    head_bytes_ = *size;
}

void BackupFile::read_part(std::uint64_t offset, std::uint64_t size, const sync::Hash32& hash,
                           const std::function<void(sync::View)>& take) const {
    const Failure damaged{Error::backup_damaged, Detail::path, path_.string()};
    sync::Hasher hasher;
    std::vector<std::uint8_t> piece(piece_bytes);
    while (size != 0) {
        const std::span<std::uint8_t> wanted{piece.data(),
                                             std::min<std::uint64_t>(piece.size(), size)};
        if (read_at(file_, wanted, offset, path_) != wanted.size()) throw damaged;
        hasher.add(wanted);
        if (take) take(wanted);
        offset += wanted.size();
        size -= wanted.size();
    }
    if (hasher.finish_as<32>() != hash) throw damaged;
}

void BackupFile::check() const {
    // In this order, so that no sum of what a file says of itself can overflow.
    const std::uint64_t size = size_of(file_, path_);
    const bool fits = header_.database_bytes <= size &&
                      size == head_bytes_ + header_.keyring_bytes + header_.database_bytes;
    if (!fits) throw Failure{Error::backup_damaged, Detail::path, path_.string()};
    read_part(head_bytes_, header_.keyring_bytes, header_.keyring_hash, {});
    read_part(head_bytes_ + header_.keyring_bytes, header_.database_bytes, header_.database_hash,
              {});
}

sync::Bytes BackupFile::keyring() const {
    sync::Bytes bytes;
    read_part(head_bytes_, header_.keyring_bytes, header_.keyring_hash,
              [&](sync::View piece) { sync::append(bytes, piece); });
    return bytes;
}

void BackupFile::copy_database(const fs::path& to) const {
    const FileHandle file = make_file(to);
    read_part(head_bytes_ + header_.keyring_bytes, header_.database_bytes, header_.database_hash,
              [&](sync::View piece) { write_all(file, piece, to); });
    sync_file(file, to);
    // And what the disk has of it now.
    sync::Hasher hasher;
    read_through(FileHandle::open_to_read(to), to, [&](sync::View piece) { hasher.add(piece); });
    if (hasher.finish_as<32>() != header_.database_hash) {
        throw Failure{Error::disk_failing, Detail::path, to.string()};
    }
}

BackupWritten write_backup(Replica& replica, Environment& environment, const fs::path& data,
                           const fs::path& out, const BackupId& id) {
    const FolderLayout layout{data};
    if (fs::exists(fs::symlink_status(out))) {
        throw Failure{Error::file_exists, Detail::path, out.string()};
    }
    // The copy is written once, and once more into the file.
    const std::uint64_t size = fs::file_size(layout.database());
    if (free_disk_bytes(out.parent_path()) < 2 * size + spare_bytes)
        throw Failure{Error::disk_full};
    Scratch scratch{out};
    BackupHeader header;
    header.facts.id = id;
    header.facts.made_ms = environment.now_ms();
    header.facts.heads = replica.copy_database(scratch.database().string());
    const Profile& profile = replica.profile();
    header.role =
        profile.role == Profile::Role::hub ? BackupHeader::Role::hub : BackupHeader::Role::station;
    header.district = profile.district;
    header.station_code = profile.station_code;
    const sync::Bytes keyring = read_file(layout.keys(), BackupHeader::keyring_bytes_max);
    const auto contents = parse_keyring(sync::as_text(keyring));
    if (!contents) throw Failure{Error::keyring_damaged, Detail::path, layout.keys().string()};
    header.verify_key = contents->contents.owner.verify_key;
    header.keyring_bytes = keyring.size();
    header.keyring_hash = sync::blake2b({keyring});
    const FileHandle database = FileHandle::open_to_read(scratch.database());
    sync::Hasher hasher;
    read_through(database, scratch.database(), [&](sync::View piece) {
        hasher.add(piece);
        header.database_bytes += piece.size();
    });
    header.database_hash = hasher.finish_as<32>();
    const sync::Bytes encoded = encode_backup_header(header);
    const sync::Bytes head = seal_backup_header(encoded, replica.sign_backup(encoded));
    {
        const FileHandle file = make_file(scratch.part());
        write_all(file, head, scratch.part());
        write_all(file, keyring, scratch.part());
        if (::lseek(database.get(), 0, SEEK_SET) < 0) throw_errno("reading", scratch.database());
        read_through(database, scratch.database(),
                     [&](sync::View piece) { write_all(file, piece, scratch.part()); });
        sync_file(file, scratch.part());
    }
    try {
        BackupFile{scratch.part()}.check();
    } catch (const Failure&) {
        throw Failure{Error::backup_not_confirmed, Detail::path, out.string()};
    }
    scratch.keep();
    sync_folder(out.parent_path());
    return {header, head.size() + keyring.size() + header.database_bytes};
}

std::optional<fs::path> newer_beside(const BackupFile& backup) {
    const fs::path folder = fs::absolute(backup.path()).parent_path();
    std::error_code ignored;
    int looked_at = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator{folder, ignored}) {
        if (++looked_at > neighbours_max) break;
        if (!entry.is_regular_file(ignored)) continue;
        try {
            const BackupFile other{entry.path()};
            const bool same_node = other.header().verify_key == backup.header().verify_key;
            if (same_node && other.header().facts.made_ms > backup.header().facts.made_ms) {
                return entry.path();
            }
        } catch (const std::exception&) {
            // No backup, or none that could be restored.
        }
    }
    return std::nullopt;
}

}  // namespace jiuying::node
