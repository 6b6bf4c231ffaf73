// SPDX-License-Identifier: Apache-2.0
// rules_test — each design rule finds its mistake, says where, and is silent on a clean design.
#include "gen/netlist/rules.h"

#include <gmock/gmock.h>

#include "gen/netlist/identifiers.h"

namespace vqrom::netlist {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A register of WIDTH bits.
const Contract& register_contract() {
  static const Contract kContract{.name = "vq_register",
                                  .purpose = "a register",
                                  .parameters = {{"WIDTH", 1, 64, "bits"}},
                                  .relations = {},
                                  .ports = {{"clk", Direction::kInput, 1, PortKind::kClock},
                                            {"data_i", Direction::kInput, param("WIDTH")},
                                            {"data_o", Direction::kOutput, param("WIDTH")}},
                                  .paths = {},
                                  .latency_cycles = 1,
                                  .uses = {}};
  return kContract;
}

// Two inputs of WIDTH bits to one output, with no register; WIDTH must be even.
const Contract& adder_contract() {
  static const Contract kContract{
      .name = "vq_adder",
      .purpose = "a sum",
      .parameters = {{"WIDTH", 1, 64, "bits"}},
      .relations = {{"ERROR_vq_adder_WIDTH_must_be_even", "WIDTH must be even",
                     [](const Values& values) { return values.at("WIDTH") % 2 == 0; }}},
      .ports = {{"a_i", Direction::kInput, param("WIDTH")},
                {"b_i", Direction::kInput, param("WIDTH")},
                {"sum_o", Direction::kOutput, param("WIDTH")}},
      .paths = {{"a_i", "sum_o"}, {"b_i", "sum_o"}},
      .latency_cycles = 0,
      .uses = {}};
  return kContract;
}

std::vector<std::string> codes(const Design& design) {
  const base::Problems problems = check(design);
  std::vector<std::string> result;
  for (const base::Problem& problem : problems.all()) result.push_back(problem.code);
  return result;
}

std::string texts(const Design& design) {
  return base::UserError(check(design).all()).what();
}

// total_o = register(total_o + data_i), built so that a test can spoil one thing.
struct Totaliser {
  Design design;
  Module& module;
  Expression width;
  Net clk, data, total, sum, next;
  Instance& adder;
  Instance& state;

  Totaliser()
      : module(design.add("totaliser", "adds up")),
        width(module.localparam("WIDTH", 8, "")),
        clk(module.clock("clk")),
        data(module.input("data_i", 4, "")),
        total(module.output("total_o", width, "")),
        sum(module.wire("sum", width, "")),
        next(module.wire("extended", width, "")),
        adder(module.instance(adder_contract(), "u_adder")),
        state(module.instance(register_contract(), "u_state")) {
    module.assign(next, {Bits(4), data});
    design.set_top(module);
  }
  void connect_adder() {
    adder.parameter("WIDTH", width)
        .connect("a_i", next)
        .connect("b_i", total)
        .connect("sum_o", sum);
  }
  void connect_state() {
    state.parameter("WIDTH", width)
        .connect("clk", clk)
        .connect("data_i", sum)
        .connect("data_o", total);
  }
};

TEST(Rules, CleanDesignPasses) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  EXPECT_THAT(codes(t.design), IsEmpty());
}

TEST(Rules, WidthMismatchNamesBothWidths) {
  Totaliser t;
  t.connect_adder();
  t.state.parameter("WIDTH", t.width - 1);
  t.state.connect("clk", t.clk).connect("data_i", t.sum.slice(0, 7)).connect("data_o", t.total);
  EXPECT_THAT(codes(t.design), ElementsAre("drc.width", "drc.unread"));
  EXPECT_THAT(texts(t.design), HasSubstr("error[drc.width]: totaliser.u_state.data_o: the port has "
                                         "7 bits; total_o has 8"));
}

TEST(Rules, SliceOutsideItsNetIsAWidthMistake) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  t.module.assign(t.module.output("high_o", 4, ""), {t.sum.slice(6, 4)});
  EXPECT_THAT(texts(t.design), HasSubstr("error[drc.width]: totaliser.assign high_o: takes bits "
                                         "[9:6] of sum, which has 8"));
}

TEST(Rules, AssignmentOfAnotherWidthIsFound) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  t.module.assign(t.module.output("high_o", 4, ""), {Bits(1), t.sum.slice(4, 4)});
  EXPECT_THAT(texts(t.design),
              HasSubstr("error[drc.width]: totaliser.assign high_o: 5 bits are assigned to 4"));
}

TEST(Rules, UndrivenBitsAreNamedAsARange) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  const Net low = t.module.wire("low", 8, "");
  t.module.assign(low.slice(0, 3), {t.sum.slice(0, 3)});
  t.module.assign(t.module.output("copy_o", 8, ""), {low});
  EXPECT_THAT(codes(t.design), ElementsAre("drc.no_driver"));
  EXPECT_THAT(texts(t.design), HasSubstr("totaliser: low[7:3] is read but nothing drives it"));
}

TEST(Rules, SecondDriverIsFoundBitByBit) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  t.module.assign(t.total.bit(7), {Bits(1)});
  EXPECT_THAT(codes(t.design), ElementsAre("drc.two_drivers"));
  EXPECT_THAT(texts(t.design), HasSubstr("totaliser: total_o[7] has more than one driver"));
}

TEST(Rules, DrivingAnInputIsASecondDriver) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  t.module.assign(t.data.bit(0), {Bits(1)});
  EXPECT_THAT(texts(t.design), HasSubstr("data_i[0] has more than one driver"));
}

TEST(Rules, OpenInputIsFound) {
  Totaliser t;
  t.adder.parameter("WIDTH", t.width).connect("a_i", t.next).connect("sum_o", t.sum);
  t.connect_state();
  EXPECT_THAT(codes(t.design), ElementsAre("drc.open_input"));
  EXPECT_THAT(texts(t.design), HasSubstr("totaliser.u_adder.b_i: the input is not connected"));
}

TEST(Rules, UnknownPortIsFound) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  t.state.connect("rst_n", t.data.bit(0));
  EXPECT_THAT(codes(t.design), ElementsAre("drc.port"));
  EXPECT_THAT(texts(t.design), HasSubstr("totaliser.u_state.rst_n: vq_register has no such port"));
}

TEST(Rules, NetThatNobodyReadsIsFoundUnlessDeclaredUnused) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  t.module.assign(t.module.unused("unused_low", 4), {t.sum.slice(0, 4)});
  EXPECT_THAT(codes(t.design), IsEmpty());
  t.module.assign(t.module.wire("spare", 1, ""), {Bits(1)});
  EXPECT_THAT(codes(t.design), ElementsAre("drc.unread"));
  EXPECT_THAT(texts(t.design), HasSubstr("totaliser: spare is never read"));
}

TEST(Rules, LocalParameterThatNobodyUsesIsFound) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  t.module.localparam("SPARE_W", t.width + 1, "");
  EXPECT_THAT(codes(t.design), ElementsAre("drc.unread"));
  EXPECT_THAT(texts(t.design), HasSubstr("totaliser: local parameter SPARE_W is never used"));
}

TEST(Rules, OpenOutputIsFound) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  t.module.instance(register_contract(), "u_idle")
      .parameter("WIDTH", 4)
      .connect("clk", t.clk)
      .connect("data_i", t.data);
  EXPECT_THAT(codes(t.design), ElementsAre("drc.unread"));
  EXPECT_THAT(texts(t.design), HasSubstr("totaliser.u_idle.data_o: the output is not connected"));
}

TEST(Rules, NamesOfOneModuleMustDiffer) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  t.module.assign(t.module.unused("u_adder", 1), {Bits(1)});
  EXPECT_THAT(codes(t.design), ElementsAre("drc.name_clash"));
  EXPECT_THAT(texts(t.design),
              HasSubstr("totaliser: net 'u_adder' clashes with the instance of that name"));
}

TEST(Rules, ModuleMustNotHaveALeafsName) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  Module& other = t.design.add("vq_adder", "a clash");
  t.module.instance(other, "u_other");
  EXPECT_THAT(texts(t.design), HasSubstr("error[drc.name_clash]: design: hand-written module "
                                         "'vq_adder' clashes with the module of that name"));
}

TEST(Rules, ReservedWordsOfEitherLanguageAreFound) {
  for (const char* word : {"reg", "logic", "bit", "wait"}) {
    Totaliser t;
    t.connect_adder();
    t.connect_state();
    t.module.assign(t.module.unused(word, 1), {Bits(1)});
    EXPECT_THAT(codes(t.design), ElementsAre("drc.reserved_word")) << word;
    EXPECT_THAT(texts(t.design), HasSubstr(fmt::format("net '{}' is a reserved word", word)));
  }
  EXPECT_FALSE(is_reserved_word("logical"));
}

TEST(Rules, NameMustBeAnIdentifier) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  t.module.assign(t.module.unused("2nd", 1), {Bits(1)});
  EXPECT_THAT(texts(t.design), HasSubstr("net '2nd' is not a Verilog identifier"));
}

TEST(Rules, ParameterOutsideItsContractIsFound) {
  Totaliser t;
  t.connect_adder();
  t.state.parameter("WIDTH", 65).connect("clk", t.clk).connect("data_i", t.sum);
  t.state.connect("data_o", t.total);
  EXPECT_THAT(codes(t.design), ElementsAre("drc.parameter"));
  EXPECT_THAT(texts(t.design),
              HasSubstr("totaliser.u_state: vq_register: WIDTH is 65; must be from "
                        "1 to 64"));
}

TEST(Rules, ParametersThatDoNotFitEachOtherAreFound) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  t.module.instance(adder_contract(), "u_odd")
      .parameter("WIDTH", 3)
      .connect("a_i", t.data.slice(0, 3))
      .connect("b_i", t.data.slice(1, 3))
      .connect("sum_o", t.module.unused("unused_odd", 3));
  EXPECT_THAT(codes(t.design), ElementsAre("drc.parameter"));
  EXPECT_THAT(texts(t.design), HasSubstr("u_odd: vq_adder: WIDTH must be even (WIDTH is 3)"));
}

TEST(Rules, MissingAndForeignParametersAreFound) {
  Totaliser t;
  t.connect_adder();
  t.state.parameter("DEPTH", 2).connect("clk", t.clk).connect("data_i", t.sum);
  t.state.connect("data_o", t.total);
  EXPECT_THAT(texts(t.design), HasSubstr("vq_register: WIDTH has no value"));
  EXPECT_THAT(texts(t.design), HasSubstr("vq_register: DEPTH is not a parameter of vq_register"));
}

TEST(Rules, ClockMustNotBeData) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  t.module.assign(t.module.unused("unused_clock", 1), {t.clk});
  EXPECT_THAT(codes(t.design), ElementsAre("drc.clock_as_data"));
  EXPECT_THAT(texts(t.design), HasSubstr("totaliser.assign unused_clock: the clock clk is used as "
                                         "data"));
}

TEST(Rules, DataMustNotBeAClock) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  t.module.instance(register_contract(), "u_gated")
      .parameter("WIDTH", 4)
      .connect("clk", t.sum.bit(0))
      .connect("data_i", t.data)
      .connect("data_o", t.module.unused("unused_gated", 4));
  EXPECT_THAT(codes(t.design), ElementsAre("drc.clock_as_data"));
  EXPECT_THAT(texts(t.design), HasSubstr("u_gated.clk: needs a clock; sum is none"));
}

TEST(Rules, LoopWithoutARegisterIsShownAllTheWayRound) {
  Totaliser t;
  t.adder.parameter("WIDTH", t.width).connect("a_i", t.next).connect("b_i", t.sum);
  t.adder.connect("sum_o", t.sum);
  t.connect_state();
  EXPECT_THAT(codes(t.design), ElementsAre("drc.combinational_loop"));
  EXPECT_THAT(texts(t.design),
              HasSubstr("no register in the loop sum -> u_adder.b_i -> u_adder.sum_o -> sum"));
}

TEST(Rules, BitsOfOneNetThatFollowEachOtherAreNoLoop) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  const Net chain = t.module.wire("chain", 3, "");
  t.module.assign(chain.bit(0), {t.data.bit(0)});
  t.module.assign(chain.bit(1), {chain.bit(0)});
  t.module.assign(chain.bit(2), {chain.bit(1)});
  t.module.assign(t.module.output("end_o", 1, ""), {chain.bit(2)});
  EXPECT_THAT(codes(t.design), IsEmpty());
}

TEST(Rules, LoopThroughAnInnerModuleIsFound) {
  Design design;
  Module& inner = design.add("inner", "passes on");
  const Net in = inner.input("data_i", 2, "");
  inner.assign(inner.output("data_o", 2, ""), {in.bit(0), in.bit(1)});
  Module& top = design.add("outer", "feeds back");
  const Net loop = top.wire("feedback", 2, "");
  top.instance(inner, "u_inner").connect("data_i", loop).connect("data_o", loop);
  design.set_top(top);
  EXPECT_THAT(codes(design), ElementsAre("drc.combinational_loop"));
  EXPECT_THAT(texts(design), HasSubstr("outer: no register in the loop"));
}

TEST(Rules, ModuleOutsideTheTopIsFound) {
  Totaliser t;
  t.connect_adder();
  t.connect_state();
  t.design.add("left_over", "nobody's");
  EXPECT_THAT(codes(t.design), ElementsAre("drc.unreachable"));
  EXPECT_THAT(texts(t.design),
              HasSubstr("left_over: no instance of it is below the top, totalise"));
}

// A ROM of `entries` words of 8 bits with the given words and address bits.
Design rom_design(int entries, std::vector<Bits> words, int address_bits) {
  Design design;
  Module& module = design.add("rom", "a ROM");
  Rom rom{.name = "word",
          .clock = module.clock("clk"),
          .enable = module.input("en_i", 1, ""),
          .address = module.input("address_i", address_bits, ""),
          .data = module.output("data_o", 8, ""),
          .entries = entries,
          .words = std::move(words),
          .word_comments = {},
          .form = RomForm::kCase,
          .file = {},
          .file_macro = {}};
  module.rom(std::move(rom));
  design.set_top(module);
  return design;
}

TEST(Rules, RomNeedsEveryWord) {
  const Design design = rom_design(4, {Bits(8, 1), Bits(8, 2), Bits(8, 3)}, 2);
  EXPECT_THAT(texts(design), HasSubstr("error[drc.rom_missing]: rom.word: has 3 words; must have "
                                       "4"));
  EXPECT_THAT(texts(rom_design(2, {Bits(8, 1), Bits(8, 2)}, 1)), ::testing::Not(HasSubstr("rom")));
}

TEST(Rules, RomWordMustFit) {
  const Design design = rom_design(2, {Bits(9, 0x100), Bits(9, 0xff)}, 1);
  EXPECT_THAT(texts(design), HasSubstr("error[drc.rom_width]: rom.word: word 0 needs 9 bits; the "
                                       "ROM has 8"));
  EXPECT_THAT(texts(design), ::testing::Not(HasSubstr("word 1")));
}

TEST(Rules, RomAddressMustReachEveryWord) {
  const Design design = rom_design(3, {Bits(8, 1), Bits(8, 2), Bits(8, 3)}, 1);
  EXPECT_THAT(texts(design), HasSubstr("error[drc.rom_address]: rom.word: an address of 1 bits "
                                       "does not reach 3 words"));
}

}  // namespace
}  // namespace vqrom::netlist
