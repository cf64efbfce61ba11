#pragma once

#include <filesystem>
#include <string>

#include "platform/http/transport/tls.hpp"

namespace platform::http {

/// A server's certificate and key, which can be replaced on disk while it runs. Seen by .cpp files
/// only.
class Certificate {
 public:
  /// Throws std::runtime_error when the files can't be used.
  Certificate(std::string certificate_file, std::string private_key_file);

  /// For connections accepted from now on.
  boost::asio::ssl::context& context() { return *context_; }

  /// Reads the files again if they have changed. What can't be used (half of a pair, say) is logged
  /// and the old certificate kept.
  void refresh();

 private:
  struct Version {
    std::filesystem::file_time_type certificate, private_key;
    friend bool operator==(const Version&, const Version&) = default;
  };

  Version version_on_disk() const;

  std::string certificate_file_;
  std::string private_key_file_;
  Version version_;
  transport::TlsContext context_;
};

}  // namespace platform::http
