#include "platform/http/transport/tls.hpp"

#include <map>
#include <stdexcept>
#include <string_view>

#include <boost/system/system_error.hpp>
#include <openssl/ssl.h>

namespace platform::http::transport {
namespace {

namespace ssl = boost::asio::ssl;

constexpr auto tls_1_2_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr std::string_view only_protocol = "\x08http/1.1";

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_length,
                    const unsigned char* offered, unsigned int offered_length, void*) {
  const auto* ours = reinterpret_cast<const unsigned char*>(only_protocol.data());
  auto** out = const_cast<unsigned char**>(chosen);
  const int match = SSL_select_next_proto(out, chosen_length, ours, only_protocol.size(), offered,
                                          offered_length);
  return match == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

TlsContext strict_context(ssl::context::method method) {
  auto context = std::make_shared<ssl::context>(method);
  auto* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(native, tls_1_2_ciphers);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  return context;
}

TlsContext trusting(const std::string& ca_file) try {
  auto context = strict_context(ssl::context::tls_client);
  ca_file.empty() ? context->set_default_verify_paths() : context->load_verify_file(ca_file);
  return context;
} catch (const boost::system::system_error& error) {
  throw std::runtime_error("The trusted certificates in " + ca_file +
                           " can't be read: " + error.code().message());
}

}  // namespace

TlsContext server_context(const std::string& certificate_file,
                          const std::string& private_key_file) {
  auto context = strict_context(ssl::context::tls_server);
  SSL_CTX_set_alpn_select_cb(context->native_handle(), choose_protocol, nullptr);
  try {
    context->use_certificate_chain_file(certificate_file);
    context->use_private_key_file(private_key_file, ssl::context::pem);
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("The certificate " + certificate_file + " with the key " +
                             private_key_file + " can't be used: " + error.code().message());
  }
  return context;
}

ssl::context& client_context(const std::string& ca_file) {
  thread_local std::map<std::string, TlsContext> contexts;
  auto& context = contexts[ca_file];
  if (!context) context = trusting(ca_file);
  return *context;
}

}  // namespace platform::http::transport
