#pragma once

/// What the edge serves beside the operations: documents that are the same for everybody.

#include <string_view>

namespace contracts::documents {

struct Page {
  std::string_view name;  ///< operationId
  std::string_view path;
  std::string_view media_type;
  std::string_view summary;
};

// clang-format off
inline constexpr Page
    key_set         {"get_key_set",        "/.well-known/jwks.json", "application/jwk-set+json",      "The keys that access tokens are signed with"},
    openapi_yaml    {"get_openapi_yaml",   "/openapi.yaml",          "application/yaml",              "This document"},
    openapi_json    {"get_openapi_json",   "/openapi.json",          "application/json",              "This document, as JSON"},
    asyncapi_yaml   {"get_asyncapi_yaml",  "/asyncapi.yaml",         "application/yaml",              "WebSocket frames, and what services say to each other"},
    asyncapi_json   {"get_asyncapi_json",  "/asyncapi.json",         "application/json",              "The same, as JSON"},
    docs            {"get_docs",           "/docs",                  "text/html; charset=utf-8",      "Both documents, for people"},
    docs_style      {"get_docs_style",     "/docs/docs.css",         "text/css; charset=utf-8",       "How they look"},
    docs_script     {"get_docs_script",    "/docs/docs.js",          "text/javascript; charset=utf-8","What makes them readable"};
// clang-format on

inline constexpr Page pages[] = {key_set,       openapi_yaml, openapi_json, asyncapi_yaml,
                                 asyncapi_json, docs,         docs_style,   docs_script};

}  // namespace contracts::documents
