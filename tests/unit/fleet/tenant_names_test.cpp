// Names of tenants: the pattern, what PostgreSQL refuses, and names that collide.
#include "engine/fleet/tenant_names.hpp"

#include <repot/error.hpp>

#include <gtest/gtest.h>

namespace repot::migrate {
namespace {

std::string named(const std::string& path, const std::string& pattern = "{name}") {
  TenantNaming naming;
  naming.pattern = pattern;
  return schemaNameOf(path, naming);
}

TEST(TenantNames, AreThoseOfTheFilesWithoutTheirEnding) {
  EXPECT_EQ(named("tenants/acme.db"), "acme");
  EXPECT_EQ(named("/srv/Acme Ltd.2024.sqlite"), "Acme Ltd.2024");
  EXPECT_EQ(named("no-ending"), "no-ending");
  EXPECT_EQ(named("äöü.db"), "äöü");
}

TEST(TenantNames, FollowThePattern) {
  EXPECT_EQ(named("/srv/acme/app.db", "{folder}"), "acme");
  EXPECT_EQ(named("/srv/acme/app.db", "t_{folder}_{name}"), "t_acme_app");
  // What a name holds is no pattern.
  EXPECT_EQ(named("/srv/acme/{folder}.db", "{name}-{folder}"), "{folder}-acme");
}

TEST(TenantNames, ThePatternMustPartFiles) {
  for (const char* const pattern : {"", "all", "{file}", "{name", "name}", "{name}{x}", "{}"})
    EXPECT_THROW(named("a.db", pattern), Error) << pattern;
}

TEST(TenantNames, LowerCaseOnRequest) {
  TenantNaming naming;
  naming.nameCase = PlanOptions::NameCase::lower;
  EXPECT_EQ(schemaNameOf("ACME.db", naming), "acme");
}

TEST(TenantNames, KnowWhatCannotBe) {
  EXPECT_FALSE(nameProblem("acme"));
  EXPECT_FALSE(nameProblem("Acme \"Ltd\""));
  EXPECT_FALSE(nameProblem(std::string(63, 'x')));
  EXPECT_FALSE(nameProblem("pgadmin"));
  for (const std::string& name :
       {std::string(), std::string(64, 'x'), std::string("pg_catalog"), std::string("pg_mine"),
        std::string("information_schema"), std::string("public"), std::string("repot"),
        std::string("repot_staging_01234567"), std::string("a\nb"), std::string("\xff"),
        std::string("a\0b", 3)})
    EXPECT_TRUE(nameProblem(name)) << name;
  // 63 bytes, not characters.
  std::string umlauts;
  for (int i = 0; i < 32; ++i)
    umlauts += "ä";
  EXPECT_TRUE(nameProblem(umlauts));
}

TEST(TenantNames, BothOfTwoThatCollideAreRefused) {
  std::vector<Tenant> tenants = {{"a/x.db", ""}, {"a/y.db", ""}, {"b/x.db", ""}, {"c/x.db", ""}};
  const std::vector<NameRefusal> refusals = nameTenants(tenants, {});
  ASSERT_EQ(refusals.size(), 3U);
  EXPECT_EQ(refusals[0].tenant, 0U);
  EXPECT_NE(refusals[0].reason.find("b/x.db"), std::string::npos);
  EXPECT_EQ(refusals[1].tenant, 2U);
  EXPECT_NE(refusals[1].reason.find("a/x.db"), std::string::npos);
  EXPECT_EQ(tenants[1].schema, "y");
}

TEST(TenantNames, LowerCaseMayCollide) {
  std::vector<Tenant> tenants = {{"ACME.db", ""}, {"acme.db", ""}};
  EXPECT_TRUE(nameTenants(tenants, {}).empty());
  TenantNaming lower;
  lower.nameCase = PlanOptions::NameCase::lower;
  tenants = {{"ACME.db", ""}, {"acme.db", ""}};
  EXPECT_EQ(nameTenants(tenants, lower).size(), 2U);
}

TEST(TenantNames, AreGivenByPathOrFileOrList) {
  std::vector<Tenant> tenants = {{"a/x.db", ""}, {"b/x.db", ""}, {"y.db", ""}, {"z.db", "listed"}};
  TenantNaming naming;
  naming.given = {{"b/x.db", "second"}, {"y.db", "Y"}, {"z.db", "unheard"}};
  EXPECT_TRUE(nameTenants(tenants, naming).empty());
  EXPECT_EQ(tenants[0].schema, "x");
  EXPECT_EQ(tenants[1].schema, "second");
  EXPECT_EQ(tenants[2].schema, "Y");
  EXPECT_EQ(tenants[3].schema, "listed");
  naming.given = {{"mistyped.db", "x"}};
  tenants = {{"a/x.db", ""}};
  EXPECT_THROW(nameTenants(tenants, naming), Error);
}

}  // namespace
}  // namespace repot::migrate
