#include "platform/http/transport/tls.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "platform/http/certificate.hpp"
#include "platform/http/client.hpp"
#include "platform/http/loopback.hpp"
#include "platform/http/transport/stream.hpp"

namespace platform::http {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

template <auto Free>
struct Freeing {
  template <class T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using X509Certificate = std::unique_ptr<X509, Freeing<X509_free>>;
using Bio = std::unique_ptr<BIO, Freeing<BIO_free>>;

struct SelfSigned {
  std::string certificate, private_key;
};

std::string text_of(const Bio& bio) {
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

void add_subject_name(X509* certificate, const std::string& subject_name) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  auto* extension =
      X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, subject_name.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

/// A new key and an hour's certificate for `subject_name` ("IP:127.0.0.1", "DNS:localhost").
SelfSigned self_signed(const std::string& subject_name) {
  const Key key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
  const X509Certificate certificate{X509_new()};
  X509_set_version(certificate.get(), X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3'600);
  X509_set_pubkey(certificate.get(), key.get());
  auto* name = X509_get_subject_name(certificate.get());
  const auto* common = reinterpret_cast<const unsigned char*>("a test");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  add_subject_name(certificate.get(), subject_name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());

  const Bio certificate_text{BIO_new(BIO_s_mem())}, key_text{BIO_new(BIO_s_mem())};
  PEM_write_bio_X509(certificate_text.get(), certificate.get());
  PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {text_of(certificate_text), text_of(key_text)};
}

void write(const fs::path& path, std::string_view text) { std::ofstream{path} << text; }

awaitable<Response> say_scheme(Request request) {
  co_return Response{.body = request.secure ? "secure" : "plain"};
}

fs::path fresh_folder() {
  std::string name = fs::temp_directory_path() / "nebengjek-tls-XXXXXX";
  return mkdtemp(name.data());
}

class TlsTest : public Loopback {
 protected:
  TlsTest() { install(self_signed("IP:127.0.0.1")); }
  ~TlsTest() override {
    run(client_->close());
    fs::remove_all(folder_);
  }

  /// Puts a certificate where the server looks, newer than what was there.
  void install(const SelfSigned& made) {
    write(folder_ / "key.pem", made.private_key);
    write(folder_ / "certificate.pem", made.certificate);
    touch();
    trust(made);
  }

  void touch() {
    changed_ += 1s;
    for (const auto* name : {"key.pem", "certificate.pem"})
      fs::last_write_time(folder_ / name, changed_);
  }

  /// From now on `send` trusts this certificate and no other, on a new connection.
  void trust(const SelfSigned& made) {
    if (client_) run(client_->close());
    const auto file = folder_ / ("ca-" + std::to_string(++trusted_) + ".pem");
    write(file, made.certificate);
    client_ = make_client(runtime_, {.ca_file = file});
  }

  Server& serve_tls(Routes routes = {.on_request = say_scheme}, ServerConfig config = {}) {
    config.certificate_file = folder_ / "certificate.pem";
    config.private_key_file = folder_ / "key.pem";
    config.certificate_check_interval = 2ms;
    return serve(config, std::move(routes));
  }

  awaitable<Response> send(const Server& server, std::string host = "127.0.0.1") {
    const auto url = "https://" + host + ":" + std::to_string(server.port()) + "/";
    co_return co_await client_->send(Method::get, url, {{"Connection", "close"}}, {}, 5'000ms);
  }

  /// Asks until the answer comes: the server has looked at its files by then.
  awaitable<void> until_trusted(const Server& server, std::string host = "127.0.0.1") {
    for (bool trusted = false; !trusted;) {
      try {
        co_await send(server, host);
        trusted = true;
      } catch (const NoAnswer&) {
      }
    }
  }

  fs::path folder_ = fresh_folder();

 private:
  std::unique_ptr<Client> client_;
  fs::file_time_type changed_ = fs::file_time_type::clock::now() - 1h;
  int trusted_ = 0;
};

TEST_F(TlsTest, serves) {
  const auto& server = serve_tls();
  run([&]() -> awaitable<void> {
    const auto response = co_await send(server);
    EXPECT_EQ(response.body, "secure");
    EXPECT_EQ(response.headers.find("Strict-Transport-Security"), "max-age=31536000");
  }());
}

TEST_F(TlsTest, speaks_1_2_and_1_3_only) {
  const auto& server = serve_tls();
  const std::pair<int, bool> versions[] = {
      {TLS1_1_VERSION, false}, {TLS1_2_VERSION, true}, {TLS1_3_VERSION, true}};
  for (const auto& [version, accepted] : versions) {
    boost::asio::ssl::context context{boost::asio::ssl::context::tls_client};
    SSL_CTX_set_min_proto_version(context.native_handle(), version);
    SSL_CTX_set_max_proto_version(context.native_handle(), version);
    SSL_CTX_set_security_level(context.native_handle(), 0);
    context.load_verify_file(folder_ / "certificate.pem");
    run([&]() -> awaitable<void> {
      auto client = co_await peer(server);
      transport::Stream stream{std::move(client.socket()), context};
      try {
        co_await stream.connect_tls("127.0.0.1");
        EXPECT_TRUE(accepted) << version;
      } catch (const boost::system::system_error& error) {
        EXPECT_FALSE(accepted) << version << ' ' << error.what();
      }
    }());
  }
}

TEST_F(TlsTest, clients_refuse_strangers) {
  const auto& server = serve_tls();
  trust(self_signed("IP:127.0.0.1"));
  run([&]() -> awaitable<void> { EXPECT_THROW(co_await send(server), NoAnswer); }());
}

TEST_F(TlsTest, clients_insist_on_the_host) {
  install(self_signed("DNS:elsewhere.example"));
  const auto& server = serve_tls();
  run([&]() -> awaitable<void> { EXPECT_THROW(co_await send(server), NoAnswer); }());
  install(self_signed("DNS:localhost"));
  run([&]() -> awaitable<void> { co_await until_trusted(server, "localhost"); }());
}

TEST_F(TlsTest, carries_websockets) {
  const auto& server = serve_tls({
      .on_upgrade = [](const Request&) -> awaitable<Response> {
        co_return Response{.status = 101};
      },
      .on_socket = [](Request, std::unique_ptr<ws::Socket> socket) -> awaitable<void> {
        while (auto text = co_await socket->read()) socket->send("echo " + *text);
      },
  });
  run([&]() -> awaitable<void> {
    const auto url = "wss://127.0.0.1:" + std::to_string(server.port()) + "/";
    auto socket = co_await ws::connect(runtime_, url, {}, folder_ / "certificate.pem");
    socket->send("hello");
    EXPECT_EQ(co_await socket->read(), "echo hello");
    socket->close(ws::CloseCode::normal);
    EXPECT_EQ(co_await socket->read(), std::nullopt);
    EXPECT_EQ(socket->close_code(), 1000);
    try {
      co_await ws::connect(runtime_, url, {});
      ADD_FAILURE() << "trusted a stranger";
    } catch (const NoAnswer& error) {
      EXPECT_THAT(error.what(), HasSubstr("certificate verify failed"));
    }
  }());
}

TEST_F(TlsTest, closes_on_those_who_do_not_shake_hands) {
  const auto& server = serve_tls({.on_request = say_scheme}, {.head_timeout = 30ms});
  run([&]() -> awaitable<void> {
    EXPECT_EQ(co_await exchange(server, ""), "");
    auto plain = co_await peer(server);
    co_await plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    try {
      EXPECT_EQ((co_await plain.receive_rest()).find("HTTP/1.1"), std::string::npos);
    } catch (const boost::system::system_error&) {  // a reset is an answer too
    }
  }());
}

TEST_F(TlsTest, takes_a_new_certificate_without_a_restart) {
  const auto& server = serve_tls();
  run([&]() -> awaitable<void> { co_await until_trusted(server); }());
  install(self_signed("IP:127.0.0.1"));
  run([&]() -> awaitable<void> { co_await until_trusted(server); }());
}

TEST_F(TlsTest, keeps_the_certificate_when_the_new_one_is_broken) {
  Certificate certificate{folder_ / "certificate.pem", folder_ / "key.pem"};
  const auto* first = &certificate.context();
  write(folder_ / "certificate.pem", self_signed("IP:127.0.0.1").certificate);  // of another key
  touch();
  certificate.refresh();
  EXPECT_EQ(&certificate.context(), first);
  fs::remove(folder_ / "certificate.pem");
  certificate.refresh();
  EXPECT_EQ(&certificate.context(), first);
  install(self_signed("IP:127.0.0.1"));
  certificate.refresh();
  EXPECT_NE(&certificate.context(), first);
}

TEST_F(TlsTest, says_which_files_it_cannot_use) {
  try {
    make_server(runtime_, {.certificate_file = "/nowhere/c.pem", .private_key_file = "/nowhere/k"},
                {});
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/nowhere/c.pem"));
  }
}

}  // namespace
}  // namespace platform::http
