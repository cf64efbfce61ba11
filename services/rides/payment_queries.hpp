#pragma once

/// Every statement about money other than a ride's own payment, which is in queries.hpp.

#include "platform/postgres/session.hpp"

namespace services::rides::queries {

using platform::postgres::Query;

// Whose money it is.

/// Advisory, since there is no row of an account that all its payments would wait for. Only who
/// spends waits, and only for others who spend from the same account.
inline constexpr Query lock_account{"rides.lock_account", R"(
  SELECT pg_advisory_xact_lock(hashtextextended('account ' || $1, 0)))"};

inline constexpr Query unpaid_fares{"rides.unpaid_fares", R"(
  SELECT coalesce(sum(fare_total), 0)::bigint AS unpaid
  FROM rides
  WHERE passenger_id = $1 AND currency = $2 AND state = 'completed' AND fare_total IS NOT NULL)"};

inline constexpr Query find_ride_of_payment{"rides.find_ride_of_payment", R"(
  SELECT ride_id FROM payments WHERE payment_id = $1)"};

// Orders to the provider.

inline constexpr Query add_order{"rides.add_order", R"(
  INSERT INTO provider_orders (
    key, kind, user_id, amount, currency, charge_key, next_call_at, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $7))"};

inline constexpr Query find_order{"rides.find_order", R"(
  SELECT key, kind, user_id, amount, currency, charge_key, state, calls
  FROM provider_orders WHERE key = $1)"};

inline constexpr Query lock_order{"rides.lock_order", R"(
  SELECT key, kind, user_id, amount, currency, charge_key, state, calls
  FROM provider_orders WHERE key = $1 FOR UPDATE)"};

inline constexpr Query save_order{"rides.save_order", R"(
  UPDATE provider_orders SET state = $2, reason = $3, decided_at = $4 WHERE key = $1)"};

/// Taken up: before the provider is called, it is written down that it may have been.
inline constexpr Query claim_orders{"rides.claim_orders", R"(
  UPDATE provider_orders AS due SET calls = due.calls + 1, next_call_at = $2
  FROM (SELECT key FROM provider_orders
        WHERE state = 'pending' AND next_call_at <= $1
        ORDER BY next_call_at LIMIT $3 FOR UPDATE SKIP LOCKED) AS mine
  WHERE due.key = mine.key
  RETURNING due.key, due.kind, due.user_id, due.amount, due.currency, due.charge_key, due.state,
            due.calls)"};

inline constexpr Query postpone_order{"rides.postpone_order", R"(
  UPDATE provider_orders SET next_call_at = $2 WHERE key = $1 AND state = 'pending')"};

// Wallets.

inline constexpr Query save_top_up{"rides.save_top_up", R"(
  INSERT INTO top_ups (
    top_up_id, passenger_id, amount, currency, state, requested_at, decided_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (top_up_id) DO UPDATE SET state = $5, decided_at = $7)"};

inline constexpr Query find_top_up{"rides.find_top_up", R"(
  SELECT top_up_id, passenger_id, amount, currency, state, requested_at, decided_at
  FROM top_ups WHERE top_up_id = $1)"};

// Refunds.

inline constexpr Query save_refund{"rides.save_refund", R"(
  INSERT INTO refunds (
    refund_id, payment_id, attempt, kind, amount, currency, sent_to, borne_by, state, reason, staff,
    created_at, settled_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
  ON CONFLICT (refund_id) DO UPDATE SET sent_to = $7, state = $9, settled_at = $13)"};

inline constexpr Query find_refund{"rides.find_refund", R"(
  SELECT r.refund_id, r.payment_id, p.ride_id, r.attempt, r.kind, r.amount, r.currency, r.sent_to,
         r.borne_by, r.state, r.reason, r.staff, r.created_at, r.settled_at
  FROM refunds r JOIN payments p USING (payment_id) WHERE r.refund_id = $1)"};

inline constexpr Query refunds_of_payment{"rides.refunds_of_payment", R"(
  SELECT r.refund_id, r.payment_id, p.ride_id, r.attempt, r.kind, r.amount, r.currency, r.sent_to,
         r.borne_by, r.state, r.reason, r.staff, r.created_at, r.settled_at
  FROM refunds r JOIN payments p USING (payment_id)
  WHERE r.payment_id = $1 ORDER BY r.refund_id)"};

// Payouts and settlements.

inline constexpr Query save_payout{"rides.save_payout", R"(
  INSERT INTO payouts (
    payout_id, driver_id, amount, currency, state, run_id, requested_at, decided_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (payout_id) DO UPDATE SET state = $5, decided_at = $8)"};

inline constexpr Query find_payout{"rides.find_payout", R"(
  SELECT payout_id, driver_id, amount, currency, state, run_id, requested_at, decided_at
  FROM payouts WHERE payout_id = $1)"};

inline constexpr Query payouts_of_driver{"rides.payouts_of_driver", R"(
  SELECT payout_id, driver_id, amount, currency, state, run_id, requested_at, decided_at
  FROM payouts WHERE driver_id = $1 AND ($2::uuid IS NULL OR payout_id < $2)
  ORDER BY payout_id DESC LIMIT $3)"};

inline constexpr Query add_settlement{"rides.add_settlement", R"(
  INSERT INTO settlements (settlement_id, driver_id, amount, currency, staff, received_at)
  VALUES ($1, $2, $3, $4, $5, $6))"};

inline constexpr Query begin_payout_run{"rides.begin_payout_run", R"(
  INSERT INTO payout_runs (run_id, started_by, started_at) VALUES ($1, $2, $3)
  ON CONFLICT DO NOTHING)"};

inline constexpr Query find_payout_run{"rides.find_payout_run", R"(
  SELECT run_id, started_by, started_at, finished_at, account, payouts, total
  FROM payout_runs WHERE run_id = $1)"};

inline constexpr Query running_payout_run{"rides.running_payout_run", R"(
  SELECT run_id, started_by, started_at, finished_at, account, payouts, total
  FROM payout_runs WHERE finished_at IS NULL)"};

inline constexpr Query last_payout_run{"rides.last_payout_run", R"(
  SELECT max(started_at) AS started_at FROM payout_runs)"};

/// Locks the run's row: it advances by one driver in each commit.
inline constexpr Query advance_payout_run{"rides.advance_payout_run", R"(
  UPDATE payout_runs SET account = $2, payouts = payouts + $3, total = total + $4
  WHERE run_id = $1 AND account < $2 AND finished_at IS NULL)"};

inline constexpr Query finish_payout_run{"rides.finish_payout_run", R"(
  UPDATE payout_runs SET finished_at = $2 WHERE run_id = $1 AND finished_at IS NULL)"};

/// The next driver's account after one: from index entry to index entry, however many rows each
/// account has. Every driver's account sorts below 'passenger'.
inline constexpr Query next_driver_account{"rides.next_driver_account", R"(
  SELECT min(credit_account) AS account FROM billing_ledger
  WHERE credit_account > $1 AND credit_account >= 'driver' AND credit_account < 'passenger')"};

// Looking at the books.

inline constexpr Query entries_of_account{"rides.entries_of_account", R"(
  (SELECT entry_id, cause, kind, debit_account, credit_account, amount, currency, posted_at
   FROM billing_ledger
   WHERE debit_account = $1 AND currency = $2 AND ($3::uuid IS NULL OR entry_id < $3)
   ORDER BY entry_id DESC LIMIT $4)
  UNION ALL
  (SELECT entry_id, cause, kind, debit_account, credit_account, amount, currency, posted_at
   FROM billing_ledger
   WHERE credit_account = $1 AND currency = $2 AND ($3::uuid IS NULL OR entry_id < $3)
   ORDER BY entry_id DESC LIMIT $4)
  ORDER BY entry_id DESC LIMIT $4)"};

inline constexpr Query entries_of_ride{"rides.entries_of_ride", R"(
  SELECT entry_id, cause, kind, debit_account, credit_account, amount, currency, posted_at
  FROM billing_ledger
  WHERE cause IN (
      SELECT 'ride:' || $1::text
      UNION ALL SELECT 'payment:' || payment_id FROM payments WHERE ride_id = $1::text::uuid
      UNION ALL SELECT 'refund:' || refund_id FROM refunds JOIN payments USING (payment_id)
                WHERE ride_id = $1::text::uuid)
    AND ($2::text IS NULL OR debit_account = $2 OR credit_account = $2)
    AND ($3::uuid IS NULL OR entry_id < $3)
  ORDER BY entry_id DESC LIMIT $4)"};

// Proving them, a page at a time.

inline constexpr Query refund_page{"rides.refund_page", R"(
  SELECT r.refund_id, r.payment_id, p.ride_id, r.attempt, r.kind, r.amount, r.currency, r.sent_to,
         r.borne_by, r.state, r.reason, r.staff, r.created_at, r.settled_at,
         d.passenger_id, d.driver_id
  FROM refunds r JOIN payments p USING (payment_id) JOIN rides d USING (ride_id)
  WHERE r.refund_id > $1 ORDER BY r.refund_id LIMIT $2)"};

inline constexpr Query top_up_page{"rides.top_up_page", R"(
  SELECT top_up_id, passenger_id, amount, currency, state, requested_at, decided_at
  FROM top_ups WHERE top_up_id > $1 ORDER BY top_up_id LIMIT $2)"};

inline constexpr Query payout_page{"rides.payout_page", R"(
  SELECT payout_id, driver_id, amount, currency, state, run_id, requested_at, decided_at
  FROM payouts WHERE payout_id > $1 ORDER BY payout_id LIMIT $2)"};

inline constexpr Query settlement_page{"rides.settlement_page", R"(
  SELECT settlement_id, driver_id, amount, currency, staff, received_at
  FROM settlements WHERE settlement_id > $1 ORDER BY settlement_id LIMIT $2)"};

inline constexpr Query closing_page{"rides.closing_page", R"(
  SELECT user_id, wallet, earnings, currency, closed_at
  FROM closings WHERE user_id > $1 ORDER BY user_id LIMIT $2)"};

// Sealing them.

inline constexpr Query last_seal{"rides.last_seal", R"(
  SELECT seal_no, hash, sealed_at FROM ledger_seals ORDER BY seal_no DESC LIMIT 1)"};

/// Rows that are committed and have no leaf. Ids follow the clocks of those who post, and a commit
/// follows its id by seconds at most: so only what is younger than $1 has to be looked through.
inline constexpr Query unsealed_rows{"rides.unsealed_rows", R"(
  SELECT l.entry_id, l.cause, l.kind, l.debit_account, l.credit_account, l.amount, l.currency,
         l.posted_at
  FROM billing_ledger l
  WHERE l.entry_id >= $1 AND NOT EXISTS (SELECT FROM ledger_leaves WHERE entry_id = l.entry_id)
  ORDER BY l.entry_id LIMIT $2)"};

inline constexpr Query add_seal{"rides.add_seal", R"(
  INSERT INTO ledger_seals (seal_no, entries, sums, hash, sealed_at)
  VALUES ($1, $2, $3, $4, $5))"};

inline constexpr Query add_leaves{"rides.add_leaves", R"(
  INSERT INTO ledger_leaves (entry_id, seal_no, digest)
  SELECT entry_id, $2, digest FROM unnest($1::uuid[], $3::text[]) AS leaf (entry_id, digest))"};

inline constexpr Query seal_page{"rides.seal_page", R"(
  SELECT seal_no, entries, sums, hash, sealed_at FROM ledger_seals
  WHERE seal_no > $1 ORDER BY seal_no LIMIT $2)"};

/// Leaves with their rows; a row that is gone leaves its columns empty.
inline constexpr Query leaves_of_seal{"rides.leaves_of_seal", R"(
  SELECT s.entry_id, s.digest, l.cause, l.kind, l.debit_account, l.credit_account, l.amount,
         l.currency, l.posted_at
  FROM ledger_leaves s LEFT JOIN billing_ledger l USING (entry_id)
  WHERE s.seal_no = $1 ORDER BY s.entry_id)"};

}  // namespace services::rides::queries
