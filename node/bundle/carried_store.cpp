#include "node/bundle/carried_store.hpp"

#include "node/bundle/stick_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace jiuying::node {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view unfinished = ".new";

std::string name_of(const sync::BundleHeader& header) {
    return sync::hex_encode(header.id) + "-" + std::to_string(header.part) +
           std::string{bundle_ending};
}

void write_at(const FileHandle& file, sync::View bytes, std::uint64_t offset,
              const fs::path& path) {
    while (!bytes.empty()) {
        const ssize_t written =
            ::pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw_errno("writing", path);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
}

std::uint64_t size_of(const fs::path& path) {
    std::error_code failed;
    const std::uintmax_t size = fs::file_size(path, failed);
    return failed ? 0 : size;
}

}  // namespace

std::vector<fs::path> CarriedStore::files() const {
    std::vector<fs::path> found;
    std::error_code failed;
    for (fs::directory_iterator at{folder_, failed}, end; !failed && at != end;
         at.increment(failed)) {
        found.push_back(at->path());
    }
    std::ranges::sort(found);
    return found;
}

std::vector<CarriedFile> CarriedStore::list() const {
    std::vector<CarriedFile> carried;
    for (const fs::path& path : files()) {
        if (path.extension() != bundle_ending) continue;
        const StickFile file{path};
        const auto header = sync::parse_bundle_header(file.read(0, sync::bundle_header_size));
        if (!header || path.filename() != name_of(*header)) continue;
        carried.push_back({path.filename().string(), *header, file.size()});
    }
    return carried;
}

CarriedStore::Kept CarriedStore::add(const sync::BundleHeader& header, std::uint64_t size,
                                     std::uint64_t offset, sync::View piece) {
    if (size != header.file_size() || piece.empty() || piece.size() > size ||
        offset > size - piece.size()) {
        return Kept::astray;
    }
    const fs::path target = folder_ / name_of(header);
    fs::path fresh = target;
    fresh += unfinished;
    if (offset == 0) {
        if (size_of(target) == size) return Kept::known;
        std::uint64_t held = 0;
        const std::vector<fs::path> here = files();
        for (const fs::path& path : here) held += path == fresh ? 0 : size_of(path);
        if (here.size() >= files_max || size > bytes_max || held > bytes_max - size) {
            return Kept::full;
        }
        make_folders(folder_, 0700);
    }
    const int begin = offset == 0 ? O_CREAT | O_TRUNC : 0;
    const FileHandle file{::open(fresh.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC | begin, 0600)};
    if (file.get() < 0 && errno == ENOENT) return Kept::astray;
    if (file.get() < 0) throw_errno("writing", fresh);
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) throw_errno("writing", fresh);
    if (static_cast<std::uint64_t>(facts.st_size) != offset) return Kept::astray;
    write_at(file, piece, offset, fresh);
    if (offset + piece.size() < size) return Kept::more;
    if (::fsync(file.get()) != 0) throw_errno("syncing", fresh);
    if (::rename(fresh.c_str(), target.c_str()) != 0) throw_errno("renaming", target);
    sync_folder(folder_);
    return Kept::whole;
}

sync::Bytes CarriedStore::read(const std::string& name, std::uint64_t offset,
                               std::size_t size) const {
    const bool one_name = !name.empty() && name.find('/') == std::string::npos &&
                          name.ends_with(bundle_ending) && !name.starts_with(".");
    if (!one_name || size_of(folder_ / name) == 0) return {};
    return StickFile{folder_ / name}.read(offset, size);
}

std::size_t CarriedStore::drop(const std::string& id) {
    return drop_those([&](const std::string& name) { return name.starts_with(id + "-"); });
}

std::size_t CarriedStore::drop_all() {
    return drop_those([](const std::string&) { return true; });
}

std::size_t CarriedStore::drop_those(const std::function<bool(const std::string&)>& which) {
    std::size_t dropped = 0;
    for (const fs::path& path : files()) {
        if (!which(path.filename().string())) continue;
        if (::unlink(path.c_str()) != 0) throw_errno("removing", path);
        ++dropped;
    }
    if (dropped != 0) sync_folder(folder_);
    return dropped;
}

}  // namespace jiuying::node
