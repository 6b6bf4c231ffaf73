// SPDX-License-Identifier: Apache-2.0
#include "sw/base/file.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sw/base/error.h"

namespace vqrom::base {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kLargestFile = std::uintmax_t{4} << 30;

[[noreturn]] void throw_write_error(const fs::path& path, int error) {
  throw UserError("file.write", path.string(),
                  fmt::format("cannot write: {}", std::strerror(error)));
}

// Closes on every path out of a function.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int close() {
    const int result = ::close(fd_);
    fd_ = -1;
    return result;
  }

 private:
  int fd_;
};

// Returns 0 or an errno value.
int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

fs::path partial_name(const fs::path& path) {
  fs::path name = path;
  name += fmt::format(".partial-{}", ::getpid());
  return name;
}

// Opens a regular file; its size is at most kLargestFile.
Descriptor open_to_read(const fs::path& path, std::uintmax_t& size) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    if (errno == ENOENT) throw UserError("file.missing", path.string(), "no such file");
    throw UserError("file.read", path.string(),
                    fmt::format("cannot open: {}", std::strerror(errno)));
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    throw UserError("file.read", path.string(), "not a regular file");
  }
  if (static_cast<std::uintmax_t>(status.st_size) > kLargestFile) {
    throw UserError("file.too_large", path.string(),
                    fmt::format("has {} bytes; at most {} are read", status.st_size, kLargestFile));
  }
  size = static_cast<std::uintmax_t>(status.st_size);
  return file;
}

// Fewer bytes if the file ends before.
std::string read_at(const Descriptor& file, const fs::path& path, std::uintmax_t offset,
                    std::uintmax_t size) {
  std::string bytes(size, '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::pread(file.get(), bytes.data() + filled, bytes.size() - filled,
                                static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw UserError("file.read", path.string(),
                      fmt::format("cannot read: {}", std::strerror(errno)));
    }
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace

std::string read_file(const fs::path& path) {
  std::uintmax_t size = 0;
  const Descriptor file = open_to_read(path, size);
  return read_at(file, path, 0, size);
}

std::string read_file_part(const fs::path& path, std::uintmax_t offset, std::uintmax_t bytes) {
  std::uintmax_t size = 0;
  const Descriptor file = open_to_read(path, size);
  return offset >= size ? "" : read_at(file, path, offset, std::min(bytes, size - offset));
}

void write_file(const fs::path& path, std::string_view bytes) {
  // Devices and pipes (/dev/stdout, /dev/full) cannot be renamed over.
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  const bool in_place = fs::exists(status) && !fs::is_regular_file(status);
  const fs::path temporary = in_place ? path : partial_name(path);
  const int flags = O_WRONLY | O_CLOEXEC | (in_place ? 0 : O_CREAT | O_TRUNC);
  Descriptor file(::open(temporary.c_str(), flags, 0666));
  if (file.get() < 0) throw_write_error(path, errno);
  int error = write_all(file.get(), bytes);
  if (file.close() != 0 && error == 0) error = errno;
  if (in_place) {
    if (error != 0) throw_write_error(path, error);
    return;
  }
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    throw_write_error(path, error);
  }
}

DirectoryWriter::DirectoryWriter(fs::path target, std::string_view marker)
    : target_(fs::absolute(target).lexically_normal()) {
  if (!target_.has_filename()) target_ = target_.parent_path();  // a trailing slash
  staging_ = partial_name(target_);
  std::error_code error;
  if (fs::exists(target_)) {
    const bool ours =
        fs::is_directory(target_) && (fs::is_empty(target_, error) || fs::exists(target_ / marker));
    if (!ours) {
      throw UserError("file.not_ours", target_.string(),
                      fmt::format("exists and is not an earlier output (no {} in it); "
                                  "name a new directory or remove it",
                                  marker));
    }
  }
  fs::remove_all(staging_, error);
  fs::create_directories(staging_, error);
  if (error) throw_write_error(target_, error.value());
}

DirectoryWriter::~DirectoryWriter() {
  std::error_code ignored;
  if (!committed_) fs::remove_all(staging_, ignored);
}

void DirectoryWriter::write(const fs::path& relative, std::string_view bytes) {
  const fs::path path = staging_ / relative;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) throw_write_error(path, error.value());
  write_file(path, bytes);
}

void DirectoryWriter::commit() {
  std::error_code error;
  fs::path old = staging_;
  old += "-old";
  if (fs::exists(target_)) {
    fs::rename(target_, old, error);
    if (error) throw_write_error(target_, error.value());
  }
  fs::rename(staging_, target_, error);
  if (error) {
    std::error_code ignored;
    if (fs::exists(old)) fs::rename(old, target_, ignored);
    throw_write_error(target_, error.value());
  }
  committed_ = true;
  fs::remove_all(old, error);
}

fs::path cache_directory() {
  fs::path path;
  if (const char* own = std::getenv("VQROM_CACHE"); own != nullptr && *own != '\0') {
    path = own;
  } else if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg != nullptr && *xdg != '\0') {
    path = fs::path(xdg) / "vqrom";
  } else if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    path = fs::path(home) / ".cache" / "vqrom";
  } else {
    path = fs::temp_directory_path() / "vqrom-cache";
  }
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw_write_error(path, error.value());
  return path;
}

}  // namespace vqrom::base
