;; Looks up the words of a text in a table of those that it was told of: it counts them, adds a number
;; to a sum for each, and says which they were. word-kernel.ts makes instances of it and says how it is
;; used; word-kernel-code.ts holds this file assembled.
;;
;; A run is a maximal sequence of ASCII letters and bytes from 0x80 on. Whether a run that has such
;; bytes is one word is decided by who tells of it.
;;
;; Memory:
;;        0  masks    17 × 16 bytes: number i keeps the first i bytes of a vector
;;      512  word     a word by itself
;;     1024  text     32 KiB at most; 80 bytes behind a text, and a word, are overwritten
;;    64 Ki  numbers  of the runs that were counted, in their order, 4 bytes each
;;     1 Mi  slots    32,768 × 32 bytes: a run of up to 16 bytes, padded with zeros (the first eight are
;;                    zero: free); its sum, a double; its number, which is the caller's
(module
  (memory (export "memory") 32)
  (global $slots i32 (i32.const 0x100000))

  ;; Runs counted since the caller last set it to 0.
  (global $added (export "added") (mut i32) (i32.const 0))
  ;; Where the run that `add` stopped at ends.
  (global $end (export "end") (mut i32) (i32.const 0))

  ;; A bit for each of the 16 bytes at $at: whether it belongs to a run.
  (func $inRun (param $at i32) (result i64)
    (local $bytes v128)
    (local.set $bytes (v128.load (local.get $at)))
    (i64.extend_i32_u
      (i8x16.bitmask
        (v128.or
          ;; A bitmask takes the highest bit of each byte: those from 0x80 on have it.
          (local.get $bytes)
          (i8x16.lt_u
            (i8x16.sub
              (v128.or (local.get $bytes) (i8x16.splat (i32.const 0x20)))
              (i8x16.splat (i32.const 0x61)))
            (i8x16.splat (i32.const 26)))))))

  ;; The first slot to look for a padded run in.
  (func $slotOf (param $run v128) (result i32)
    (i32.add
      (global.get $slots)
      (i32.shl
        (i32.wrap_i64
          (i64.shr_u
            (i64.mul
              (i64.xor
                (i64x2.extract_lane 0 (local.get $run))
                (i64.mul
                  (i64x2.extract_lane 1 (local.get $run))
                  (i64.const 0x9E3779B97F4A7C15)))
              (i64.const 0x9E3779B97F4A7C15))
            (i64.const 49)))
        (i32.const 5))))

  (func $next (param $slot i32) (result i32)
    (i32.or
      (global.get $slots)
      (i32.and (i32.add (local.get $slot) (i32.const 32)) (i32.const 0xFFFFF))))

  ;; The run, padded with zeros; it has at most 16 bytes.
  (func $padded (param $start i32) (param $end i32) (result v128)
    (v128.and
      (v128.load (local.get $start))
      (v128.load (i32.shl (i32.sub (local.get $end) (local.get $start)) (i32.const 4)))))

  ;; Counts each run in [$at, $to), notes its number and adds $value to its sum, in order, up to the
  ;; first that is in no slot. Returns where that begins, or -1. Overwrites what is behind $to.
  (func (export "add") (param $at i32) (param $to i32) (param $value f64) (result i32)
    (local $bits i64) (local $before i64) (local $starts i64) (local $ends i64)
    (local $start i32) (local $end i32) (local $run v128) (local $slot i32) (local $added i32)
    ;; Zeros end the last run, and hold none themselves, however far vectors reach.
    (v128.store (local.get $to) (v128.const i64x2 0 0))
    (v128.store offset=16 (local.get $to) (v128.const i64x2 0 0))
    (v128.store offset=32 (local.get $to) (v128.const i64x2 0 0))
    (v128.store offset=48 (local.get $to) (v128.const i64x2 0 0))
    (v128.store offset=64 (local.get $to) (v128.const i64x2 0 0))
    (local.set $added (global.get $added))
    (block $text
      (loop $groups
        (br_if $text (i32.gt_u (local.get $at) (local.get $to)))
        (local.set $bits
          (i64.or
            (i64.or
              (call $inRun (local.get $at))
              (i64.shl (call $inRun (i32.add (local.get $at) (i32.const 16))) (i64.const 16)))
            (i64.or
              (i64.shl (call $inRun (i32.add (local.get $at) (i32.const 32))) (i64.const 32))
              (i64.shl (call $inRun (i32.add (local.get $at) (i32.const 48))) (i64.const 48)))))
        ;; $before holds for each byte whether the byte before it is in a run.
        (local.set $before
          (i64.or (i64.shl (local.get $bits) (i64.const 1)) (local.get $before)))
        (local.set $starts
          (i64.and (local.get $bits) (i64.xor (local.get $before) (i64.const -1))))
        (local.set $ends
          (i64.and (local.get $before) (i64.xor (local.get $bits) (i64.const -1))))
        ;; A run that began in an earlier group has its start already.
        (if (i64.eqz (i64.and (local.get $before) (i64.const 1)))
          (then
            (local.set $start
              (i32.add (local.get $at) (i32.wrap_i64 (i64.ctz (local.get $starts)))))
            (local.set $starts
              (i64.and (local.get $starts) (i64.sub (local.get $starts) (i64.const 1))))))
        (block $group
          (loop $runs
            (br_if $group (i64.eqz (local.get $ends)))
            (local.set $end
              (i32.add (local.get $at) (i32.wrap_i64 (i64.ctz (local.get $ends)))))
            (block $miss
              (br_if $miss
                (i32.gt_u (i32.sub (local.get $end) (local.get $start)) (i32.const 16)))
              (local.set $run (call $padded (local.get $start) (local.get $end)))
              (local.set $slot (call $slotOf (local.get $run)))
              (block $hit
                (loop $probe
                  (br_if $hit
                    (i32.eqz
                      (v128.any_true
                        (v128.xor (v128.load (local.get $slot)) (local.get $run)))))
                  (br_if $miss (i64.eqz (i64.load (local.get $slot))))
                  (local.set $slot (call $next (local.get $slot)))
                  (br $probe)))
              (f64.store offset=16
                (local.get $slot)
                (f64.add (f64.load offset=16 (local.get $slot)) (local.get $value)))
              (i32.store offset=0x10000
                (i32.shl (local.get $added) (i32.const 2))
                (i32.load offset=24 (local.get $slot)))
              (local.set $added (i32.add (local.get $added) (i32.const 1)))
              (local.set $start
                (i32.add (local.get $at) (i32.wrap_i64 (i64.ctz (local.get $starts)))))
              (local.set $starts
                (i64.and (local.get $starts) (i64.sub (local.get $starts) (i64.const 1))))
              (local.set $ends
                (i64.and (local.get $ends) (i64.sub (local.get $ends) (i64.const 1))))
              (br $runs))
            (global.set $added (local.get $added))
            (global.set $end (local.get $end))
            (return (local.get $start))))
        (local.set $before (i64.shr_u (local.get $bits) (i64.const 63)))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br $groups)))
    (global.set $added (local.get $added))
    (i32.const -1))

  ;; Gives a run of at most 16 bytes a slot; it must have none. Returns the slot.
  (func (export "tell") (param $start i32) (param $end i32) (param $number i32) (param $sum f64)
    (result i32)
    (local $run v128) (local $slot i32)
    (local.set $run (call $padded (local.get $start) (local.get $end)))
    (local.set $slot (call $slotOf (local.get $run)))
    (block $free
      (loop $probe
        (br_if $free (i64.eqz (i64.load (local.get $slot))))
        (local.set $slot (call $next (local.get $slot)))
        (br $probe)))
    (v128.store (local.get $slot) (local.get $run))
    (f64.store offset=16 (local.get $slot) (local.get $sum))
    (i32.store offset=24 (local.get $slot) (local.get $number))
    (local.get $slot))

  (data (i32.const 16)
    "\ff\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00"
    "\ff\ff\00\00\00\00\00\00\00\00\00\00\00\00\00\00"
    "\ff\ff\ff\00\00\00\00\00\00\00\00\00\00\00\00\00"
    "\ff\ff\ff\ff\00\00\00\00\00\00\00\00\00\00\00\00"
    "\ff\ff\ff\ff\ff\00\00\00\00\00\00\00\00\00\00\00"
    "\ff\ff\ff\ff\ff\ff\00\00\00\00\00\00\00\00\00\00"
    "\ff\ff\ff\ff\ff\ff\ff\00\00\00\00\00\00\00\00\00"
    "\ff\ff\ff\ff\ff\ff\ff\ff\00\00\00\00\00\00\00\00"
    "\ff\ff\ff\ff\ff\ff\ff\ff\ff\00\00\00\00\00\00\00"
    "\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\00\00\00\00\00\00"
    "\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\00\00\00\00\00"
    "\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\00\00\00\00"
    "\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\00\00\00"
    "\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\00\00"
    "\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\00"
    "\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff"))
