#pragma once

/// What the processors of this machine did: for whom, and whether they had nothing to do.

namespace tests::overload {

/// Since the machine started, in seconds of one processor.
struct ProcessorTime {
  double clients = 0;    ///< This process.
  double backend = 0;    ///< All that it started, and what those did: services and servers.
  double everybody = 0;  ///< Other people's programs, too.
  double nobody = 0;     ///< Idle.

  ProcessorTime& operator+=(const ProcessorTime& other) {
    clients += other.clients;
    backend += other.backend;
    everybody += other.everybody;
    nobody += other.nobody;
    return *this;
  }
  friend ProcessorTime operator-(const ProcessorTime& a, const ProcessorTime& b) {
    return {a.clients - b.clients, a.backend - b.backend, a.everybody - b.everybody,
            a.nobody - b.nobody};
  }
  double idle_share() const { return nobody / (nobody + everybody); }
};

/// Processes that have ended are missing.
ProcessorTime processor_time();

}  // namespace tests::overload
