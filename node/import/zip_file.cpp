#include "node/import/zip_file.hpp"

#include <minizip/unzip.h>

#include <algorithm>
#include <cstring>

namespace jiuying::node {
namespace {

/// The bytes and how far they were read: what minizip takes for a file.
struct Memory {
    sync::View bytes;
    std::uint64_t at = 0;
};

Memory& memory_in(voidpf stream) { return *static_cast<Memory*>(stream); }

voidpf open_memory(voidpf memory, const void*, int) { return memory; }
int close_memory(voidpf, voidpf) { return 0; }
int no_error(voidpf, voidpf) { return 0; }

uLong read_memory(voidpf, voidpf stream, void* into, uLong size) {
    Memory& memory = memory_in(stream);
    const std::uint64_t rest =
        memory.bytes.size() - std::min<std::uint64_t>(memory.at, memory.bytes.size());
    const std::uint64_t count = std::min<std::uint64_t>(size, rest);
    if (count != 0) std::memcpy(into, memory.bytes.data() + memory.at, count);
    memory.at += count;
    return static_cast<uLong>(count);
}

ZPOS64_T tell_memory(voidpf, voidpf stream) { return memory_in(stream).at; }

long seek_memory(voidpf, voidpf stream, ZPOS64_T offset, int origin) {
    Memory& memory = memory_in(stream);
    std::uint64_t base = 0;
    if (origin == ZLIB_FILEFUNC_SEEK_CUR) base = memory.at;
    if (origin == ZLIB_FILEFUNC_SEEK_END) base = memory.bytes.size();
    const std::uint64_t place = base + offset;
    if (place < base || place > memory.bytes.size()) return -1;
    memory.at = place;
    return 0;
}

}  // namespace

struct ZipFile::Handle {
    Memory memory;
    unzFile file = nullptr;
    bool inside = false;

    explicit Handle(sync::View bytes) : memory{bytes} {
        zlib_filefunc64_def calls{};
        calls.zopen64_file = open_memory;
        calls.zread_file = read_memory;
        calls.ztell64_file = tell_memory;
        calls.zseek64_file = seek_memory;
        calls.zclose_file = close_memory;
        calls.zerror_file = no_error;
        calls.opaque = &memory;
        file = unzOpen2_64("workbook", &calls);
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() {
        if (inside) unzCloseCurrentFile(file);
        if (file != nullptr) unzClose(file);
    }
};

ZipFile::ZipFile(sync::View bytes, std::uint64_t budget)
    : handle_(std::make_unique<Handle>(bytes)), budget_(budget) {}

ZipFile::~ZipFile() = default;

bool ZipFile::is_open() const { return handle_->file != nullptr; }

bool ZipFile::enter(const std::string& name) {
    constexpr int any_case = 2;
    if (!is_open()) return false;
    if (handle_->inside) unzCloseCurrentFile(handle_->file);
    handle_->inside = unzLocateFile(handle_->file, name.c_str(), any_case) == UNZ_OK &&
                      unzOpenCurrentFile(handle_->file) == UNZ_OK;
    return handle_->inside;
}

Result<std::size_t> ZipFile::read(std::span<std::uint8_t> into) {
    if (!handle_->inside) return std::size_t{0};
    const auto most = static_cast<unsigned>(std::min<std::size_t>(into.size(), 1U << 20U));
    const int count = unzReadCurrentFile(handle_->file, into.data(), most);
    if (count < 0) return Errc::malformed;
    const auto size = static_cast<std::size_t>(count);
    if (size > budget_) return Errc::too_large;
    budget_ -= size;
    if (size == 0) {
        // The checksum of the part is compared when it is left.
        handle_->inside = false;
        if (unzCloseCurrentFile(handle_->file) != UNZ_OK) return Errc::malformed;
    }
    return size;
}

}  // namespace jiuying::node
