#include "platform/http/certificate.hpp"

#include <stdexcept>
#include <system_error>
#include <utility>

#include "platform/telemetry/log.hpp"

namespace platform::http {

Certificate::Certificate(std::string certificate_file, std::string private_key_file)
    : certificate_file_(std::move(certificate_file)),
      private_key_file_(std::move(private_key_file)),
      version_(version_on_disk()),
      context_(transport::server_context(certificate_file_, private_key_file_)) {}

void Certificate::refresh() {
  const auto version = version_on_disk();
  if (version == version_) return;
  version_ = version;
  try {
    context_ = transport::server_context(certificate_file_, private_key_file_);
    telemetry::info("http.certificate_replaced", {{"file", certificate_file_}});
  } catch (const std::runtime_error& error) {
    telemetry::error("http.certificate_unusable", {{"reason", error.what()}});
  }
}

Certificate::Version Certificate::version_on_disk() const {
  std::error_code ignored;  // a missing file has a version too, and differs from what was there
  return {std::filesystem::last_write_time(certificate_file_, ignored),
          std::filesystem::last_write_time(private_key_file_, ignored)};
}

}  // namespace platform::http
